export { StartupError } from './startup-error.js';
export { assertPortFree, freePort, freePorts, quietPorts, type PortRange, type PortWanted } from './ports.js';
export { ensureWritableDirectory } from './writable-directory.js';
export type { EmbeddedServer, ServerExit } from './server-process/server-process.js';
export {
  locateNatsServer,
  type LocateOptions,
  type NatsServerBinary,
} from './locate-nats-server/locate-nats-server.js';
export { startNatsServer, type NatsServerOptions } from './start-nats-server/start-nats-server.js';
export { startPostgres, type PostgresOptions } from './start-postgres/start-postgres.js';
export { supervise, type SuperviseOptions, type SupervisedServer } from './supervise.js';
