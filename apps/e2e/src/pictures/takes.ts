import type { Page } from 'playwright-core';
import type { Shown } from './fill-with-traffic.js';

export type Look = 'light' | 'dark' | 'phone';
export const looks: readonly Look[] = ['light', 'dark', 'phone'];

export interface Take {
  readonly name: string;
  readonly path: string;
  /** As the docs show it; all looks can be asked for. */
  readonly looks: readonly Look[];
  /** What to do on it before. */
  readonly act?: (page: Page) => Promise<unknown>;
  /** Nobody is signed in. */
  readonly signedOut?: true;
}

export function takesOf({ deadDeliveryId, crmEndpointId, jobId }: Shown): readonly Take[] {
  return [
    { name: 'sign-in', path: '/', looks: [], signedOut: true },
    { name: 'overview', path: '/overview', looks: ['light', 'dark', 'phone'] },
    { name: 'endpoints', path: '/endpoints', looks: ['light', 'phone'] },
    { name: 'endpoint', path: `/endpoints/${crmEndpointId}`, looks: ['light'] },
    { name: 'create-endpoint', path: '/endpoints', looks: [], act: openForm },
    { name: 'events', path: '/events', looks: [] },
    { name: 'deliveries', path: '/deliveries', looks: ['light', 'phone'] },
    { name: 'delivery', path: `/deliveries/${deadDeliveryId}`, looks: ['light', 'dark'] },
    { name: 'dead-letters', path: '/dead-letters', looks: ['light'] },
    { name: 'statistics', path: '/stats?period=day', looks: ['light', 'dark'] },
    { name: 'event-types', path: '/event-types', looks: [] },
    { name: 'event-type', path: '/event-types/order.created', looks: ['light'] },
    { name: 'explain', path: '/explain?type=order.created', looks: ['light'], act: explain },
    { name: 'recover', path: '/recover', looks: [] },
    { name: 'jobs', path: '/jobs', looks: [] },
    { name: 'job', path: `/jobs/${jobId}`, looks: [] },
    { name: 'fleet', path: '/fleet', looks: ['light', 'dark'] },
    { name: 'tenants', path: '/tenants', looks: [] },
    { name: 'tenant', path: '/tenants/acme', looks: [] },
    { name: 'sources', path: '/sources', looks: [] },
    { name: 'audit', path: '/audit', looks: [] },
  ];
}

async function openForm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New endpoint' }).click();
  await page.getByRole('dialog').getByLabel('URL').waitFor();
}

async function explain(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Explain', exact: true }).click();
  await page.getByText(/endpoints? would get it/).waitFor();
}
