export { ioRedis, nodeRedis, RedisIdempotencyStore, type RedisScripts } from './handle-once/redis-store.js';
