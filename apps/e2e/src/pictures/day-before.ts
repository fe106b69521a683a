import pg from 'pg';

interface Figures {
  readonly tenant: string;
  readonly endpoint_id: string;
  readonly created: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly dead_letters: number;
  readonly attempts: number;
  readonly duration_us: number;
  readonly latencies: readonly number[];
  readonly errors: Readonly<Record<string, number>>;
}

const triedAgain = new Set(['503', 'timeout']);

const tables = [
  { name: 'stats_minutes', stepMs: 60_000, steps: 25 * 60, scale: 1 },
  { name: 'stats_hours', stepMs: 3_600_000, steps: 7 * 24, scale: 8 },
] as const;

/**
 * Figures of the week before, made of those of the first minute: busier by day than by night, with a bad hour in
 * which much was tried again, until it arrived. Nobody
 * waits a week for a chart; the rows of the lists are real.
 */
export async function tellOfWeekBefore(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Figures>(
      `SELECT tenant, endpoint_id, created::int, succeeded::int, failed::int, dead_letters::int, attempts::int,
              duration_us::int, latencies, errors FROM stats_hours`,
    );
    for (const { name, stepMs, steps, scale } of tables) {
      const nowMs = Math.floor(Date.now() / stepMs) * stepMs;
      const startsMs = Array.from({ length: steps }, (_, step) => nowMs - (step + 1) * stepMs);
      const told = startsMs.flatMap((startMs) => rows.map((row) => at(startMs, scale, row)));
      await client.query(
        `INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1) ON CONFLICT DO NOTHING`,
        [JSON.stringify(told)],
      );
    }
  } finally {
    await client.end();
  }
}

function at(startMs: number, scale: number, row: Figures): object {
  const hour = startMs / 3_600_000;
  const busy = 0.16 * scale * (1 + 0.6 * Math.sin(((hour % 24) - 8) / 3.82) + wobble(startMs / 60_000) / 3);
  const isBad = hour % 24 > 13 && hour % 24 < 14.5;
  const failing = isBad ? 5 : 0.12 + 0.1 * Math.abs(wobble(startMs / 60_000 + 5));
  const times = (count: number, by = busy) => Math.round(count * by);
  const attempts = times(row.attempts);
  const shift = Math.round(9 * wobble(startMs / 60_000 + 2) + (isBad ? 18 : 0));
  const latencies = row.latencies.map((value, place) => (place % 2 === 0 ? value + shift : value));
  return {
    ...row,
    start_at: new Date(startMs).toISOString(),
    created: times(row.succeeded),
    succeeded: times(row.succeeded),
    failed: 0,
    dead_letters: 0,
    attempts,
    duration_us: times(row.duration_us),
    latencies: attempts === 0 ? [] : latencies,
    errors: Object.fromEntries(
      Object.entries(row.errors)
        .filter(([kind]) => triedAgain.has(kind))
        .map(([kind, count]) => [kind, times(count, busy * failing)]),
    ),
  };
}

/** From -1 to 1, always the same for the same number. */
function wobble(number: number): number {
  return (Math.sin(number * 1.7) + Math.sin(number * 0.37) + Math.sin(number * 4.1)) / 3;
}
