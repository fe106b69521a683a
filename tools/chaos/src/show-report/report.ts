import type { Complaint } from '../check-evidence/complaints.js';
import type { Figures } from '../check-evidence/check-evidence.js';

export type FaultResult =
  | {
      readonly kind: 'played';
      readonly fault: string;
      readonly figures: Figures;
      readonly disturbances: number;
      readonly drainMs: number;
      readonly complaints: readonly Complaint[];
    }
  /** The machine does not allow it. */
  | { readonly kind: 'skipped'; readonly fault: string; readonly reason: string }
  /** It could not be played to the end. */
  | { readonly kind: 'failed'; readonly fault: string; readonly reason: string };

export interface ChaosReport {
  readonly date: string;
  readonly machine: string;
  readonly seed: number;
  readonly results: readonly FaultResult[];
}

export function isGood(result: FaultResult): boolean {
  switch (result.kind) {
    case 'played':
      return result.complaints.length === 0 && result.figures.lost === 0;
    case 'skipped':
      return true;
    case 'failed':
      return false;
  }
}
