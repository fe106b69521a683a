import type { Logger } from './logger.js';
import type { Meters } from './meters.js';

/** What a projection could not write, and has passed over. */
export interface PassedOver {
  readonly projection: string;
  readonly seq: number;
  readonly tenant: string;
  readonly error: unknown;
}

/** Counts them, and says once each where they are: someone has to find out why. */
export function reportSetAside(
  passedOver: readonly PassedOver[],
  { logger, meters }: { readonly logger: Logger; readonly meters: Pick<Meters, 'projectionSetAside'> },
): void {
  for (const { error, ...about } of passedOver) {
    meters.projectionSetAside.inc({ projection: about.projection });
    logger.error({ ...about, err: error }, 'could not be written to its table, and is set aside');
  }
}
