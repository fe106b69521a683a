import type { Claim, IdempotencyStore } from './idempotency-store.js';

/** All that is asked of a client: a script with its keys and arguments. See {@link nodeRedis} and {@link ioRedis}. */
export interface RedisScripts {
  run(script: string, key: string, args: readonly string[]): Promise<unknown>;
}

/** A client of the package `redis`, 4 and newer. */
export function nodeRedis(client: {
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}): RedisScripts {
  return { run: (script, key, args) => client.eval(script, { keys: [key], arguments: [...args] }) };
}

/** A client of the package `ioredis`. */
export function ioRedis(client: {
  eval(script: string, numberOfKeys: number, ...args: string[]): Promise<unknown>;
}): RedisScripts {
  return { run: (script, key, args) => client.eval(script, 1, key, ...args) };
}

/** A value is `c` and the owner of a claim, or `d` and a result; its end is the key's own expiry, by the clock of Redis. */
const claimScript = `
local value = redis.call('GET', KEYS[1])
if not value then
  redis.call('SET', KEYS[1], 'c' .. ARGV[1], 'PX', ARGV[2])
  return {'claimed', ''}
end
if value:sub(1, 1) == 'd' then return {'done', value:sub(2)} end
return {'busy', tostring(redis.call('PTTL', KEYS[1]))}`;

const extendScript = `
if redis.call('GET', KEYS[1]) ~= 'c' .. ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

const completeScript = `
local value = redis.call('GET', KEYS[1])
if value and value ~= 'c' .. ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'd' .. ARGV[2], 'PX', ARGV[3])
return 1`;

const releaseScript = `
if redis.call('GET', KEYS[1]) == 'c' .. ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0`;

/** In Redis 6 or newer, by scripts, each of which is one step. A Redis that may forget (evict, fail over) may let one run twice. */
export class RedisIdempotencyStore implements IdempotencyStore {
  constructor(
    private readonly redis: RedisScripts,
    private readonly prefix = 'webhook:',
  ) {}

  async claim(key: string, owner: string, leaseMs: number): Promise<Claim> {
    const [kind, value = ''] = (await this.run(claimScript, key, [owner, whole(leaseMs)])) as string[];
    if (kind === 'claimed') return { kind };
    return kind === 'done' ? { kind, result: value } : { kind: 'busy', leftMs: Math.max(0, Number(value)) };
  }

  async extend(key: string, owner: string, leaseMs: number): Promise<boolean> {
    return (await this.run(extendScript, key, [owner, whole(leaseMs)])) === 1;
  }

  async complete(key: string, owner: string, result: string, keepMs: number): Promise<boolean> {
    return (await this.run(completeScript, key, [owner, result, whole(keepMs)])) === 1;
  }

  async release(key: string, owner: string): Promise<void> {
    await this.run(releaseScript, key, [owner]);
  }

  private run(script: string, key: string, args: readonly string[]): Promise<unknown> {
    return this.redis.run(script, this.prefix + key, args);
  }
}

function whole(ms: number): string {
  return String(Math.max(1, Math.round(ms)));
}
