import type { TlsOptions } from '@nats-io/transport-node';
import { brokerCertificates, tempDir, type TestNatsOptions } from '@postel/testing';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { clientFiles, writeServerFiles } from '../harness/broker-certificate-files.js';

/** What a fleet is started with, that its broker has a certificate and its account a limit. */
export interface GuardedBroker {
  readonly nats: TestNatsOptions;
  /** The settings with which a service finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** For clients of the test's own. */
  readonly tls: TlsOptions;
  readonly certificateEndsAtMs: number;
  /** After the fleet has stopped. */
  remove(): void;
}

/**
 * TLS with certificates of both sides, as deploy/kubernetes has it, and an account that may store so much and no more, as
 * deploy/nats has it: what the dashboards tell of either is absent without them.
 */
export function guardedBroker(): GuardedBroker {
  const directory = tempDir('guarded-broker');
  writeServerFiles(directory.path);
  const { ca, server, service } = brokerCertificates;
  return {
    nats: { configExtra: configOf(directory.path) },
    env: clientFiles(directory.path),
    tls: { ca, ...service },
    certificateEndsAtMs: Date.parse(new X509Certificate(server.cert).validTo),
    remove: () => directory.remove(),
  };
}

function configOf(directory: string): string {
  const file = (name: string) => JSON.stringify(join(directory, name));
  return `
accounts {
  POSTEL { jetstream { max_file: 512MB }, users: [{ user: "CN=postel" }] }
}
tls {
  cert_file: ${file('tls.crt')}
  key_file: ${file('tls.key')}
  ca_file: ${file('ca.crt')}
  verify_and_map: true
}
`;
}
