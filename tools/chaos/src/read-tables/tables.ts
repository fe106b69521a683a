import { setTimeout as delay } from 'node:timers/promises';
import { attempt, conservation, deadLetter, delivery, type ConservationAnswer } from '@postel/contracts';
import { z } from 'zod';

export type DeliveryRow = z.infer<typeof delivery>;
export type DeadLetterRow = z.infer<typeof deadLetter>;

export interface ApiAddress {
  readonly url: string;
  readonly token: string;
}

const patienceMs = 60_000;

export function readDeliveries(api: ApiAddress): Promise<DeliveryRow[]> {
  return readPages(api, '/v1/deliveries', delivery);
}

export function readDeadLetters(api: ApiAddress): Promise<DeadLetterRow[]> {
  return readPages(api, '/v1/dead-letters', deadLetter);
}

const readsAtOnce = 8;

/** The numbers (`webhook-sequence`) that stand in the attempts of each of these deliveries. */
export async function readSequences(
  api: ApiAddress,
  deliveryIds: readonly string[],
): Promise<Map<string, (string | null)[]>> {
  const sequences = new Map<string, (string | null)[]>();
  const left = [...deliveryIds];
  const readOn = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const attempts = await readPages(api, `/v1/deliveries/${id}/attempts`, attempt);
      sequences.set(
        id,
        attempts.map(({ request }) => request.headers['webhook-sequence'] ?? null),
      );
    }
  };
  await Promise.all(Array.from({ length: readsAtOnce }, readOn));
  return sequences;
}

export async function readConservation(api: ApiAddress): Promise<ConservationAnswer> {
  return conservation.parse(await getPatiently(api, '/v1/conservation'));
}

/** Every page of a list. An answer that passes (no answer, 429, 5xx) is waited for. @throws when none comes */
async function readPages<T>(api: ApiAddress, path: string, item: z.ZodType<T>): Promise<T[]> {
  const page = z.object({ data: z.array(item), nextCursor: z.string().nullable() });
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const read = page.parse(await getPatiently(api, `${path}?limit=250${query}`));
    items.push(...read.data);
    cursor = read.nextCursor;
  } while (cursor !== null);
  return items;
}

async function getPatiently({ url, token }: ApiAddress, path: string): Promise<unknown> {
  const deadlineMs = Date.now() + patienceMs;
  for (;;) {
    const response = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    }).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (typeof response !== 'string' && response.ok) return response.json();
    const told = typeof response === 'string' ? response : `${response.status} ${await response.text()}`;
    const passing = typeof response === 'string' || response.status >= 500 || response.status === 429;
    if (!passing || Date.now() > deadlineMs) throw new Error(`GET ${path}: ${told}`);
    await delay(250);
  }
}
