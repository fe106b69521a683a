import type { components, PostelClient } from '@postel/client';
import { createContext, use } from 'react';

/** A body of the API, by its name in the document: `Answer<'Endpoint'>`. */
export type Answer<Name extends keyof components['schemas']> = components['schemas'][Name];

export const ApiContext = createContext<PostelClient | null>(null);

/** The API as whoever is signed in; its calls answer `{ data, error, response }`, of which `unwrap` makes a value. */
export function useApi(): PostelClient {
  const api = use(ApiContext);
  if (!api) throw new Error('nobody is signed in here');
  return api;
}
