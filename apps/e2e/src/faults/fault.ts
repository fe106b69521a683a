import type { ApiRequest } from '../harness/api-client.js';

/** A fault of a request, and the one problem that it must be. */
export interface Fault {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly request?: ApiRequest;
  readonly status: number;
  readonly code: string;
  /** Of the field or parameter at fault; several when there are several, none when neither body nor query is. */
  readonly at?: string | readonly string[];
  /** Something that the person who reads it must be told. */
  readonly says?: RegExp;
}

/** An event with nothing wrong in it. */
export const goodEvent = { type: 'order.created', data: { object: { id: 'ord_1' } } };
