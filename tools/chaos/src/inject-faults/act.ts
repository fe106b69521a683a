/** The name of a process of the stack: `ingest`, `deliverer-2`, `nats-1`, `postgres`. */
export type Target = string;

/** Something done to the stack, and undone after a while. */
export type Act =
  /** kill -9. */
  | { readonly kind: 'kill'; readonly target: Target; readonly awayMs: number }
  /** SIGSTOP, then SIGCONT. */
  | { readonly kind: 'freeze'; readonly target: Target; readonly forMs: number }
  /** SIGSTOP and SIGCONT again and again, as where the disk or the machine is far too slow. */
  | { readonly kind: 'stutter'; readonly target: Target; readonly forMs: number; readonly stopMs: number }
  /** Nothing of the network reaches it or leaves it any more, and nobody is told. */
  | { readonly kind: 'cut-off'; readonly target: Target; readonly forMs: number }
  /** A clean stop. */
  | { readonly kind: 'stop'; readonly target: Target; readonly awayMs: number }
  /** The broker's disk loses what was not fsynced, and the broker dies with it. */
  | { readonly kind: 'cut-power'; readonly awayMs: number }
  /** Not a byte more fits on the broker's disk; then it has room again, and the broker is restarted. */
  | { readonly kind: 'fill-disk'; readonly forMs: number }
  /** kill -9 of the broker that leads a stream. */
  | { readonly kind: 'kill-leader'; readonly stream: string; readonly awayMs: number }
  /** kill -9 of a broker, which comes back without anything it had stored. */
  | { readonly kind: 'lose-disk'; readonly target: Target; readonly awayMs: number }
  /** SIGTERM to each process of ours in turn, the next when the one before is back and ready: as an upgrade does. */
  | { readonly kind: 'roll'; readonly times: number }
  /** What the broker knows of who has read how far. */
  | { readonly kind: 'delete-durables'; readonly streams: readonly string[] };

export interface TimedAct {
  /** From the first event. */
  readonly atMs: number;
  readonly act: Act;
}

export function describeAct(act: Act): string {
  switch (act.kind) {
    case 'kill':
      return `kill -9 ${act.target}, away for ${seconds(act.awayMs)}`;
    case 'freeze':
      return `SIGSTOP ${act.target} for ${seconds(act.forMs)}`;
    case 'stutter':
      return `${act.target} stands still for ${act.stopMs} ms again and again, for ${seconds(act.forMs)}`;
    case 'cut-off':
      return `cut off ${act.target} for ${seconds(act.forMs)}`;
    case 'stop':
      return `stop ${act.target} for ${seconds(act.awayMs)}`;
    case 'cut-power':
      return `power cut of the broker, away for ${seconds(act.awayMs)}`;
    case 'fill-disk':
      return `the broker's disk is full for ${seconds(act.forMs)}`;
    case 'kill-leader':
      return `kill -9 the leader of ${act.stream}, away for ${seconds(act.awayMs)}`;
    case 'lose-disk':
      return `${act.target} loses its disk, away for ${seconds(act.awayMs)}`;
    case 'roll':
      return `SIGTERM to each process in turn, ${act.times} times`;
    case 'delete-durables':
      return `delete the durables of ${act.streams.length} streams: ${act.streams.join(', ')}`;
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
