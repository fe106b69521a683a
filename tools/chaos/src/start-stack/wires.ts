import { Wire } from '@postel/testing';

interface Laid {
  readonly from: string;
  readonly to: string;
  readonly wire: Wire;
}

/** Every way between two kinds of process, named by its ends, so that one of them can be cut off. */
export class Wires {
  private readonly laid: Laid[] = [];

  /** @returns the port at which the process `from` finds `to` */
  async lay(from: string, to: string, targetPort: number): Promise<number> {
    const wire = await Wire.to(targetPort);
    this.laid.push({ from, to, wire });
    return wire.port;
  }

  cutOff(process: string): void {
    for (const wire of this.at(process)) wire.cut();
  }

  mend(process: string): void {
    for (const wire of this.at(process)) wire.mend();
  }

  close(): void {
    for (const { wire } of this.laid) wire.close();
  }

  private at(process: string): Wire[] {
    const found = this.laid.filter(({ from, to }) => from === process || to === process);
    if (found.length === 0) throw new Error(`no way to or from ${process} can be cut`);
    return found.map(({ wire }) => wire);
  }
}
