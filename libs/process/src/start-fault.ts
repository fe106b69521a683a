/** Why a service cannot start: lines that can be shown as they are. */
export class StartFault extends Error {
  override name = 'StartFault';
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}
