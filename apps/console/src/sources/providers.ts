import type { Answer } from '../api/api-context.js';

export type Source = Answer<'Source'>;
export type Provider = Source['provider'];

export interface ProviderText {
  readonly name: string;
  /** Where the address is to be entered there. */
  readonly where: string;
  /** Who makes the secret: `theirs` has to be given here; of the others one can be made here. */
  readonly secret: 'theirs' | 'ours';
  /** What the secret is called there. */
  readonly secretIs: string;
}

export const providers: Readonly<Record<Provider, ProviderText>> = {
  stripe: {
    name: 'Stripe',
    where: 'Developers → Webhooks → Add destination: paste the address, choose the events.',
    secret: 'theirs',
    secretIs: 'The signing secret of that destination, whsec_…',
  },
  github: {
    name: 'GitHub',
    where:
      'Settings → Webhooks → Add webhook, of a repository or an organisation: paste the address, content type application/json.',
    secret: 'ours',
    secretIs: 'Paste it as “Secret”.',
  },
  shopify: {
    name: 'Shopify',
    where: 'Settings → Notifications → Webhooks, or the app’s configuration: paste the address, format JSON.',
    secret: 'theirs',
    secretIs: 'The app’s client secret, or the one that the page of webhooks shows',
  },
  slack: {
    name: 'Slack',
    where:
      'api.slack.com → your app → Event Subscriptions: paste the address as Request URL. The challenge is answered by itself.',
    secret: 'theirs',
    secretIs: 'The app’s signing secret, under Basic Information',
  },
  'standard-webhooks': {
    name: 'Standard Webhooks',
    where: 'Where the sender lets you add an endpoint: paste the address.',
    secret: 'theirs',
    secretIs: 'The sender’s secret of that endpoint, whsec_…',
  },
  postel: {
    name: 'Another Postel',
    where: 'Create an endpoint there with this address.',
    secret: 'ours',
    secretIs: 'Give it to the endpoint as its secret.',
  },
  hmac: {
    name: 'Another sender, by HMAC',
    where: 'Where the sender lets you add an address: paste it.',
    secret: 'ours',
    secretIs: 'The key that both sides sign with; its text is the key.',
  },
};

export const providerChoices = (Object.entries(providers) as [Provider, ProviderText][]).map(
  ([value, { name }]) => ({ value, label: name }),
);

/** The whole address, as the provider has to know it: the console is served where the API is. */
export function addressOf({ url }: Pick<Source, 'url'>, origin: string): string {
  return new URL(url, origin).href;
}

/** The types that its events have, as an endpoint subscribes to them. */
export function typesOf({ name }: Pick<Source, 'name'>): string {
  return `inbound.${name}.*`;
}
