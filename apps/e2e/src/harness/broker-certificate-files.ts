import { brokerCertificates } from '@postel/testing';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The server's files, by the names that deploy/kubernetes has for them. */
export function writeServerFiles(directory: string): void {
  const { ca, server } = brokerCertificates;
  const files = { 'ca.crt': ca, 'tls.crt': server.cert, 'tls.key': server.key };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
}

/** Writes the files of a service. @returns the settings that name them. */
export function clientFiles(directory: string): Readonly<Record<string, string>> {
  const { ca, service } = brokerCertificates;
  const files = { NATS_CA: ca, NATS_CERT: service.cert, NATS_KEY: service.key };
  return Object.fromEntries(
    Object.entries(files).map(([variable, content]) => {
      const file = join(directory, variable);
      writeFileSync(file, content);
      return [variable, file];
    }),
  );
}
