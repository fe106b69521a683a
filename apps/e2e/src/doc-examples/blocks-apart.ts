import type { Block } from './fenced-blocks.js';
import * as check from './checks.js';
import { isExampleInPython } from './python-example.js';
import { printsSpans } from './prints-spans.js';
import type { Reader } from './reader.js';

/** A block that is not typed into a terminal as it stands: what is done with it, or why nothing is. */
export type Apart = {
  readonly page: string;
  /** How its first line begins. */
  readonly begins: string;
} & ({ readonly check: (reader: Reader, block: Block) => Promise<void> } | { readonly notRun: string });

const publishOverNats = `import { jetstream } from '@nats-io/jetstream';`;

export const blocksApart: readonly Apart[] = [
  {
    page: 'README.md',
    begins: 'npm start',
    notRun: 'all-in-one.int.spec.ts starts it, chaos.int.spec.ts breaks a fleet; nothing runs the whole demo',
  },
  { page: 'README.md', begins: 'Postel is ready.', notRun: 'all-in-one.int.spec.ts reads it' },
  { page: 'README.md', begins: '16:41:05.943  POST /', check: check.receiverPrints },
  { page: 'README.md', begins: publishOverNats, check: check.publishesOverNats },
  { page: 'README.md', begins: 'nats -s ', notRun: 'the nats command line is not brought along' },
  { page: 'README.md', begins: "import { createServer } from 'node:http';", check: check.verifiesAsReceiver },
  { page: 'README.md', begins: 'import { createHmac, timingSafeEqual }', check: check.verifiesAsFunction },
  { page: 'README.md', begins: 'POSTEL_RETRY_DEFAULT=', check: check.retriesByDefault },
  { page: 'README.md', begins: 'flowchart', notRun: 'a drawing' },
  { page: 'docs/tutorial/first-delivery.md', begins: publishOverNats, check: check.publishesOverNats },
  {
    page: 'docs/tutorial/first-delivery.md',
    begins: 'call /v1/dead-letters/dl_…/redrive',
    check: check.redrives,
  },
  {
    page: 'docs/how-to/use-the-console.md',
    begins: '  Console ',
    notRun: 'console/sign-in.int.spec.ts opens such a link',
  },
  {
    page: 'docs/how-to/use-the-console.md',
    begins: 'curl -s http://127.0.0.1:8080/v1/portal-tokens',
    notRun: 'console/sign-in.int.spec.ts opens such a link',
  },
  {
    page: 'docs/how-to/rebuild-the-tables.md',
    begins: 'NATS_URL=',
    notRun: 'rebuild.int.spec.ts runs the command',
  },
  {
    page: 'docs/tutorial/receive-your-first-webhook.md',
    begins: 'import express from',
    notRun: 'receiver-examples.int.spec.ts runs it',
  },
  {
    page: 'docs/tutorial/receive-your-first-webhook.md',
    begins: 'import { fastify }',
    notRun: 'receiver-examples.int.spec.ts runs it',
  },
  {
    page: 'docs/tutorial/receive-your-first-webhook.md',
    begins: "import 'reflect-metadata'",
    notRun: 'receiver-examples.int.spec.ts runs it',
  },
  {
    page: 'docs/tutorial/receive-your-first-webhook.md',
    begins: 'import { signHeaders',
    notRun: 'receiver-examples.int.spec.ts runs it',
  },
  {
    page: 'docs/tutorial/receive-your-first-webhook.md',
    begins: 'import { createServer }',
    notRun: 'receiver-examples.int.spec.ts runs it',
  },
  ...['curl -N', 'retry: 1000', "let last = '';"].map((begins) => ({
    page: 'docs/how-to/follow-live.md',
    begins,
    notRun: 'it does not end; live.int.spec.ts reads such answers',
  })),
  { page: 'docs/how-to/filter-events.md', begins: '{', check: check.isTakenAsFilter },
  ...['pip install ', 'WEBHOOK_SECRET=whsec_… '].map((begins) => ({
    page: 'docs/how-to/receive-in-python.md',
    begins,
    notRun: 'python-receiver.int.spec.ts does, where there is Python and PyPI can be reached',
  })),
  { page: 'docs/how-to/receive-in-python.md', begins: 'import os', check: isExampleInPython },
  { page: 'docs/how-to/rotate-secrets.md', begins: 'NATS_URL=', notRun: 'master-key.int.spec.ts runs it' },
  {
    page: 'docs/how-to/run-services-separately.md',
    begins: 'export NATS_URL=',
    notRun: 'the fleet of these tests has the same variables, for servers of its own',
  },
  {
    page: 'docs/how-to/run-services-separately.md',
    begins: 'npm run serve:ingest',
    notRun: 'the fleet of these tests starts the same programs',
  },
  {
    page: 'docs/how-to/run-services-separately.md',
    begins: 'deliverer: POSTEL_ENCRYPTION_KEY',
    check: check.delivererSays,
  },
  {
    page: 'docs/how-to/send-through-a-proxy.md',
    begins: 'export POSTEL_EGRESS_PROXY=',
    notRun: 'there is no such proxy; libs/http-sender tests it against one',
  },
  {
    page: 'docs/how-to/trace-a-delivery.md',
    begins: 'export OTEL_EXPORTER_OTLP_ENDPOINT=',
    notRun: 'there is no such collector; traces.int.spec.ts has one of its own',
  },
  { page: 'docs/how-to/trace-a-delivery.md', begins: "node -e '", check: printsSpans },
  {
    page: 'docs/how-to/trace-a-delivery.md',
    begins: 'OTEL_EXPORTER_OTLP_ENDPOINT=',
    notRun: 'traces.int.spec.ts starts a fleet with these variables',
  },
  {
    page: 'docs/how-to/install-nats-server.md',
    begins: 'export POSTEL_NATS_SERVER=',
    notRun: 'nothing is installed; libs/embedded-servers tests the variable',
  },
  {
    page: 'docs/how-to/use-your-own-nats-and-postgres.md',
    begins: 'NATS_URL=',
    notRun: 'all-in-one.int.spec.ts starts it with servers of its own',
  },
  {
    page: 'docs/how-to/use-the-typescript-client.md',
    begins: 'import { createClient',
    check: check.usesTheClient,
  },
  ...['login', 'listen', 'endpoints', 'deliveries', 'doctor'].map((command) => ({
    page: 'docs/how-to/use-the-command-line.md',
    begins: `npx postel ${command}`,
    notRun: 'cli/*.int.spec.ts run these commands, with addresses and ids of their own',
  })),
  {
    page: 'docs/how-to/use-the-command-line.md',
    begins: 'source ',
    notRun: 'cli/package.int.spec.ts asks for what is sourced',
  },
  { page: 'docs/reference/errors.md', begins: '{', check: check.isAnsweredWithoutObject },
  { page: 'docs/reference/nats.md', begins: '{', check: check.isTakenOverNats },
  { page: 'docs/reference/webhooks.md', begins: '{', check: check.isDelivered },
  {
    page: 'docs/explanation/fault-injection.md',
    begins: 'npm run chaos',
    notRun: 'takes twenty minutes; chaos.int.spec.ts plays a short one',
  },
  {
    page: 'docs/explanation/conservation.md',
    begins: 'events accepted',
    notRun: 'the equations; conservation.int.spec.ts holds Postel to them',
  },
  { page: 'docs/explanation/conservation.md', begins: '{', check: check.addsUp },
  { page: 'deploy/README.md', begins: 'cp .env.example .env', notRun: 'needs a container engine' },
  { page: 'deploy/README.md', begins: 'docker run', notRun: 'needs a container engine' },
  {
    page: 'deploy/README.md',
    begins: 'node tools/deploy-checks',
    notRun: 'asks a registry; image-tree.int.spec.ts does the same without',
  },
  { page: 'docs/reference/logs.md', begins: 'POSTEL_LOG_LEVELS=', notRun: 'log-levels.spec.ts reads it' },
  ...['docker build', 'for name in secrets', 'kubectl kustomize'].map((begins) => ({
    page: 'docs/how-to/run-on-kubernetes.md',
    begins,
    notRun: 'needs a cluster; tools/deploy-checks builds all overlays',
  })),
  ...['pg_dump', 'NATS_URL='].map((begins) => ({
    page: 'docs/how-to/back-up-and-restore.md',
    begins,
    notRun: 'needs addresses; back-up-and-restore.int.spec.ts does it',
  })),
  ...['mkdir -p backups', 'docker compose up --detach --wait nats postgres'].map((begins) => ({
    page: 'docs/how-to/back-up-and-restore.md',
    begins,
    notRun: 'needs a container engine; the image’s test runs the same program with the same arguments',
  })),
  ...['components:', 'kubectl apply -k OVERLAY'].map((begins) => ({
    page: 'docs/how-to/back-up-and-restore.md',
    begins,
    notRun: 'needs a cluster; tools/deploy-checks builds the component and picks by the label',
  })),
  ...['export DATABASE_URL', 'npm run migrate -- down'].map((begins) => ({
    page: 'docs/how-to/upgrade.md',
    begins,
    notRun: 'needs an address; migrate.int.spec.ts does it',
  })),
  {
    page: 'docs/how-to/be-alerted.md',
    begins: '# prometheus.yml',
    notRun: 'the configuration of another program; tools/checks holds the like of it in deploy/prometheus',
  },
  {
    page: 'docs/how-to/watch-postel.md',
    begins: 'docker compose',
    notRun: 'needs a container engine; dashboards.int.spec.ts runs the SQL',
  },
  {
    page: 'docs/how-to/watch-postel.md',
    begins: 'npm run build',
    notRun: 'builds everything; dashboards.spec.ts compares what it makes',
  },
];

export function apartOf({ page, text }: Block): Apart | undefined {
  return blocksApart.find((apart) => apart.page === page && text.startsWith(apart.begins));
}
