/** The setting names a directory that has no console: a fault of the setting, to be told in its one line. */
export class ConsoleMissing extends Error {
  override name = 'ConsoleMissing';
  constructor(directory: string) {
    super(`POSTEL_CONSOLE_DIR: there is no console in ${directory} (no index.html)`);
  }
}
