/** One index that apt is configured to fetch, as `apt-get indextargets` prints it. */
export interface IndexTarget {
  readonly site: string;
  /** From the Release file; empty until the machine's first `apt-get update`. */
  readonly origin: string;
  readonly label: string;
  /** The suite or code name as the sources list has it. */
  readonly release: string;
  readonly component: string;
  /** The file that names the source, and the place in it. */
  readonly sourcesEntry: string;
}

export const indexTargetFormat = '$(SITE)|$(ORIGIN)|$(LABEL)|$(RELEASE)|$(COMPONENT)|$(SOURCESENTRY)';

export function parseIndexTargets(text: string): IndexTarget[] {
  return text
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) => {
      const [site = '', origin = '', label = '', release = '', component = '', sourcesEntry = ''] = line
        .split('|')
        // apt leaves a field that it does not know as it stands.
        .map((field) => (field.startsWith('$(') ? '' : field));
      return { site, origin, label, release, component, sourcesEntry };
    });
}

/**
 * The source that is Debian's own main archive: not security, which has no testing suite with this package, and
 * not a third party's. Where the Release files are not there yet, the code name of the system decides.
 */
export function pickDebianMain(
  targets: readonly IndexTarget[],
  systemCodeName: string,
): IndexTarget | undefined {
  const main = targets.filter(({ site, component }) => component === 'main' && site !== '');
  return (
    main.find(({ origin, label }) => origin === 'Debian' && label === 'Debian') ??
    main.find(({ origin, release }) => origin === '' && systemCodeName !== '' && release === systemCodeName)
  );
}

/** The keyring file that a sources file (either of apt's formats) gives to this site. */
export function keyringFor(sourcesText: string, site: string): string | undefined {
  for (const stanza of sourcesText.split(/\n\s*\n/)) {
    if (!stanza.includes(site)) continue;
    const keyring = /^Signed-By:\s*(\/\S+)/im.exec(stanza)?.[1];
    if (keyring !== undefined) return keyring;
  }
  const line = sourcesText.split('\n').find((entry) => /^\s*deb\s/.test(entry) && entry.includes(site));
  return /signed-by=(\/[^\s\],]+)/i.exec(line ?? '')?.[1];
}

/** One value of /etc/os-release, without its quotes; empty when it is not there. */
export function osReleaseValue(text: string, key: string): string {
  const line = text.split('\n').find((entry) => entry.startsWith(`${key}=`));
  return line?.slice(key.length + 1).replace(/^"|"$/g, '') ?? '';
}
