export { freePort } from '@postel/embedded-servers';
export { brokerCertificates } from './broker-certificates.js';
export { CleanUpAfterUs } from './clean-up-after-us.js';
export { diesWithUs } from './dies-with-us.js';
export { expiredCertificate } from './expired-certificate.js';
export { expectNoLeaks } from './leaks.js';
export { EventStreamReader, type StreamedMessage } from './read-event-stream.js';
export {
  locatePostgresClient,
  type LocatedPostgresClient,
  type PostgresClient,
} from './locate-postgres-client.js';
export { locatePrometheus, type PrometheusPrograms } from './locate-prometheus.js';
export {
  startReceiver,
  type Answer,
  type Answerer,
  type ProgrammedAnswer,
  type ReceivedRequest,
  type Receiver,
} from './start-receiver.js';
export { startLonelyNats, type LonelyNats } from './start-lonely-nats.js';
export { locateTestNatsServer, startTestNats, type TestNatsOptions } from './start-test-nats.js';
export { startTestPostgres, type TestPostgres } from './start-test-postgres.js';
export { startTestPrometheus, type ScrapeJob, type TestPrometheusOptions } from './start-test-prometheus.js';
export { startTestRedis } from './start-test-redis.js';
export { startTraceCollector, type CollectedSpan, type TraceCollector } from './start-trace-collector.js';
export { tempDir, type TempDir } from './temp-dir.js';
export { testPorts } from './test-ports.js';
export type { TestServer } from './test-server.js';
export { unpackWheel } from './unpack-wheel.js';
export { serveCommands, Worker, type Commands } from './worker-process.js';
export { waitUntil, type WaitOptions } from './wait-until.js';
export { Wire } from './wire.js';
