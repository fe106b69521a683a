import { withDefaults, type ComposeFile, type ComposeService } from './compose-file.js';

/** Services of others whose entrypoint needs more than nothing, and what for is written beside it. */
const capabilitiesOfOthers: Readonly<Record<string, readonly string[]>> = {
  postgres: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'],
};

/** Images with nothing in them that could ask. */
const cannotBeAsked: readonly string[] = ['tempo'];

/** What a container of the file may do that it need not, or lacks that keeps it in bounds: one line each. */
export function hardeningFaults({ services, networks = {} }: ComposeFile): string[] {
  return Object.entries(services).flatMap(([name, service]) =>
    [
      ...confinementFaults(name, service),
      ...boundFaults(service),
      ...imageFaults(service),
      ...portFaults(service),
      ...healthFaults(name, service),
      ...networkFaults(service, networks),
    ].map((fault) => `${name}: ${fault}`),
  );
}

function confinementFaults(name: string, service: ComposeService): string[] {
  const allowed = capabilitiesOfOthers[name] ?? [];
  const added = (service.cap_add ?? []).filter((capability) => !allowed.includes(capability));
  return told({
    'its root file system is writable': service.read_only !== true,
    'it keeps capabilities': !(service.cap_drop ?? []).includes('ALL'),
    [`it adds ${added.join(', ')}`]: added.length > 0,
    'it may gain privileges': !(service.security_opt ?? []).includes('no-new-privileges:true'),
    'it is privileged': service.privileged === true,
    'it shares namespaces of the host': service.network_mode === 'host' || service.pid === 'host',
    'it has the socket of the engine': (service.volumes ?? []).some((volume) =>
      volume.includes('docker.sock'),
    ),
  });
}

function boundFaults({ deploy, pids_limit, logging, tmpfs = [] }: ComposeService): string[] {
  const limits = deploy?.resources?.limits;
  return told({
    'its memory has no limit': limits?.memory === undefined,
    'its CPU has no limit': limits?.cpus === undefined,
    'its processes have no limit': pids_limit === undefined,
    'its log grows without end': logging?.options?.['max-size'] === undefined,
    'a tmpfs has no size': tmpfs.some((mount) => !/[:,]size=/.test(mount)),
  });
}

function imageFaults({ image = '', build }: ComposeService): string[] {
  // ours is built here, and its tag is the version of this checkout
  const [, tag = ''] = /^[^:@]+:(.+)$/.exec(build ? withDefaults(image) : image) ?? [];
  return told({
    [`the image "${image}" is not pinned to a version`]: !/\d+\.\d+/.test(tag) || tag.includes('latest'),
  });
}

function portFaults({ ports = [] }: ComposeService): string[] {
  return ports
    .filter((port) => !port.startsWith('127.0.0.1:'))
    .map((port) => `the port ${port} is open to other machines`);
}

function healthFaults(
  name: string,
  { healthcheck, restart }: ComposeService & { restart?: string },
): string[] {
  const endsByItself = restart === 'no';
  return told({
    'nobody asks for its health':
      !endsByItself && !cannotBeAsked.includes(name) && healthcheck?.test === undefined,
    'its health check needs a shell': healthcheck?.test?.[0] === 'CMD-SHELL',
  });
}

function networkFaults(service: ComposeService, networks: ComposeFile['networks']): string[] {
  const names = Array.isArray(service.networks)
    ? (service.networks as string[])
    : Object.keys(service.networks ?? {});
  const unknown = names.filter((network) => !(network in (networks ?? {})));
  return told({
    'it is on the network that all share': names.length === 0,
    [`it is on ${unknown.join(', ')}, which the file does not have`]: unknown.length > 0,
  });
}

function told(faults: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(faults).flatMap(([fault, holds]) => (holds ? [fault] : []));
}
