import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type MsgHdrs } from '@nats-io/transport-node';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import pg from 'pg';
import type { Haystack } from './find-canaries.js';

/** Everything that goes through a broker from now on, whatever becomes of it: deliveries are gone in a second. */
export async function tapBroker(url: string): Promise<{ stop(): Promise<Haystack[]> }> {
  const connection = await connect({ servers: url });
  const haystacks: Haystack[] = [];
  connection.subscribe('>', {
    callback: (error, message) => {
      if (error) return;
      const place = `wire:${message.subject.split('.').slice(0, 3).join('.')}`;
      haystacks.push({ place, bytes: withHeaders(message.data, message.headers) });
    },
  });
  await connection.flush();
  return {
    stop: async () => {
      await connection.drain();
      return haystacks;
    },
  };
}

/** Every message of every stream, headers and payload. */
export async function streamHaystacks(url: string): Promise<Haystack[]> {
  const connection = await connect({ servers: url });
  try {
    const jsm = await jetstreamManager(connection);
    const names: string[] = [];
    for await (const { config } of jsm.streams.list()) names.push(config.name);
    return (await Promise.all(names.map((name) => messagesOf(jsm, name)))).flat();
  } finally {
    await connection.close();
  }
}

async function messagesOf(jsm: JetStreamManager, stream: string): Promise<Haystack[]> {
  const { first_seq, last_seq } = (await jsm.streams.info(stream)).state;
  const haystacks: Haystack[] = [];
  for (let seq = first_seq; seq <= last_seq; seq++) {
    const message = await jsm.streams.getMessage(stream, { seq }).catch(() => null);
    if (!message) continue; // rolled up or purged
    haystacks.push({
      place: `stream:${stream} ${message.subject}`,
      bytes: withHeaders(message.data, message.header),
    });
  }
  return haystacks;
}

function withHeaders(data: Uint8Array, headers: MsgHdrs | undefined): Uint8Array {
  const lines = [...(headers?.keys() ?? [])].map((name) => `${name}: ${headers?.get(name) ?? ''}\n`);
  return Buffer.concat([Buffer.from(lines.join('')), data]);
}

/** Every column of every table, each with all its values; bytes as hex. */
export async function tableHaystacks(url: string): Promise<Haystack[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: columns } = await client.query<{ schema: string; table: string; column: string }>(
      `SELECT table_schema AS schema, table_name AS table, column_name AS column FROM information_schema.columns
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const haystacks: Haystack[] = [];
    for (const { schema, table, column } of columns) {
      const { rows } = await client.query<{ text: string | null }>(
        `SELECT "${column}"::text AS text FROM "${schema}"."${table}"`,
      );
      const text = rows.map((row) => row.text ?? '').join('\n');
      haystacks.push({ place: `table:${table}.${column}`, bytes: Buffer.from(text) });
    }
    return haystacks;
  } finally {
    await client.end();
  }
}

/** Every file below a directory, but those of a PostgreSQL: its tables are asked themselves. */
export function fileHaystacks(directory: string): Haystack[] {
  return filesBelow(directory)
    .filter((path) => !path.includes('/postgres/data/'))
    .map((path) => ({ place: `file:${relative(directory, path)}`, bytes: readFileSync(path) }));
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) return filesBelow(path);
    return found?.isFile() ? [path] : [];
  });
}

/** Answers of the API that show no secrets by contract. */
export async function answerHaystacks(
  ask: (path: string) => Promise<{ text: string }>,
  paths: readonly string[],
): Promise<Haystack[]> {
  return Promise.all(
    paths.map(async (path) => ({ place: `api:${path}`, bytes: Buffer.from((await ask(path)).text) })),
  );
}
