import { problem, routes, type Problem, type Route } from '@postel/contracts';
import type {
  attempt,
  createdEndpoint,
  deadLetter,
  delivery,
  endpoint,
  event,
  job,
  publishedBatch,
  publishedEvent,
  redriven,
  stats,
  testedEndpoint,
} from '@postel/contracts';
import { isDeepStrictEqual } from 'node:util';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** `undefined` when the body is no JSON. */
  readonly json: unknown;
}

export interface ApiRequest {
  /** Sent as it is when a string or bytes; anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `null`: no Authorization at all. */
  readonly token?: string | null;
  readonly timeoutMs?: number;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface OpenApiOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

export type Event = ReturnType<typeof event.parse>;
export type Endpoint = ReturnType<typeof endpoint.parse>;
export type CreatedEndpoint = ReturnType<typeof createdEndpoint.parse>;
export type Delivery = ReturnType<typeof delivery.parse>;
export type Attempt = ReturnType<typeof attempt.parse>;
export type DeadLetter = ReturnType<typeof deadLetter.parse>;
export type Job = ReturnType<typeof job.parse>;
export type Stats = ReturnType<typeof stats.parse>;
export type PublishedEvent = ReturnType<typeof publishedEvent.parse>;
export type PublishedBatch = ReturnType<typeof publishedBatch.parse>;

type AnswerSchema = NonNullable<Route['answers'][number]>;

export type TestedEndpoint = ReturnType<typeof testedEndpoint.parse>;
type Redriven = ReturnType<typeof redriven.parse>;

interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/** What the API answered where something else was expected. */
export class UnexpectedAnswer extends Error {
  override name = 'UnexpectedAnswer';
  constructor(what: string, { status, text }: ApiAnswer) {
    super(`${what} answered ${status} ${text.slice(0, 1_000)}`);
  }
}

/**
 * The API as a user's program sees it. Every answer to a route of the contract, good or bad, in whatever test, is held
 * to the schema that the OpenAPI document shows for it; what does not fit is noted, and fails the file at its end.
 */
export class Api {
  private readonly noted = new Map<string, string>();
  private document: OpenApiDocument | null = null;

  constructor(
    readonly url: string,
    readonly operatorToken: string,
  ) {}

  async request(method: string, path: string, options: ApiRequest = {}): Promise<ApiAnswer> {
    const { body, token = this.operatorToken, timeoutMs = 15_000 } = options;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: bytesOf(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = isLive(response) ? await firstMessageOf(response) : await response.text();
    const answer: ApiAnswer = {
      status: response.status,
      headers: response.headers,
      text,
      json: parsedOrUndefined(text),
    };
    const breach = breachOf(method, path, answer) ?? this.undocumented(method, path, answer);
    if (breach)
      this.noted.set(breach, `${method} ${path}: ${breach}: ${answer.status} ${text.slice(0, 500)}`);
    return answer;
  }

  /** From here on every answer must be one that the service's own document lists. */
  async readDocument(): Promise<OpenApiDocument> {
    this.document = (await this.expect(200, 'GET', '/openapi.json')) as OpenApiDocument;
    return this.document;
  }

  private undocumented(method: string, path: string, { status }: ApiAnswer): string | null {
    const route = routeOf(method, path);
    if (!route || !this.document) return null;
    const operation = this.document.paths[route.path]?.[method.toLowerCase()];
    return operation?.responses[status] ? null : `${method} ${route.path}: the document has no ${status}`;
  }

  /** Answers that broke the contract's own schemas, one of each kind. */
  breaches(): readonly string[] {
    return [...this.noted.values()];
  }

  /** @throws {UnexpectedAnswer} */
  private async expect(status: number, method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.request(method, path, body === undefined ? {} : { body });
    if (answer.status !== status) throw new UnexpectedAnswer(`${method} ${path}`, answer);
    return answer.json;
  }

  async createEndpoint(body: object): Promise<CreatedEndpoint> {
    return (await this.expect(201, 'POST', '/v1/endpoints', body)) as CreatedEndpoint;
  }
  async endpoint(id: string): Promise<Endpoint> {
    return (await this.expect(200, 'GET', `/v1/endpoints/${id}`)) as Endpoint;
  }
  async updateEndpoint(id: string, body: object): Promise<Endpoint> {
    return (await this.expect(200, 'PATCH', `/v1/endpoints/${id}`, body)) as Endpoint;
  }
  async setEndpoint(id: string, verb: 'enable' | 'pause' | 'disable'): Promise<Endpoint> {
    return (await this.expect(200, 'POST', `/v1/endpoints/${id}/${verb}`)) as Endpoint;
  }
  async deleteEndpoint(id: string): Promise<void> {
    await this.expect(204, 'DELETE', `/v1/endpoints/${id}`);
  }
  async testEndpoint(id: string): Promise<TestedEndpoint> {
    return (await this.expect(202, 'POST', `/v1/endpoints/${id}/test`, {})) as TestedEndpoint;
  }
  async publish(body: unknown): Promise<PublishedEvent> {
    return (await this.expect(202, 'POST', '/v1/events', body)) as PublishedEvent;
  }
  async publishBatch(events: readonly unknown[]): Promise<PublishedBatch> {
    return (await this.expect(202, 'POST', '/v1/events/batch', { events })) as PublishedBatch;
  }
  async event(id: string): Promise<Event> {
    return (await this.expect(200, 'GET', `/v1/events/${id}`)) as Event;
  }
  async delivery(id: string): Promise<Delivery> {
    return (await this.expect(200, 'GET', `/v1/deliveries/${id}`)) as Delivery;
  }
  /** @param query such as `endpointId=ep_1&status=dead` */
  async deliveries(query = ''): Promise<Page<Delivery>> {
    return (await this.expect(200, 'GET', `/v1/deliveries?${query}`)) as Page<Delivery>;
  }
  async deliveriesOfEvent(id: string): Promise<readonly Delivery[]> {
    return ((await this.expect(200, 'GET', `/v1/events/${id}/deliveries`)) as Page<Delivery>).data;
  }
  /** As far as they are shown by now; `attempts-of.ts` waits for those that there must be. */
  async attemptsSoFar(deliveryId: string): Promise<readonly Attempt[]> {
    const page = (await this.expect(200, 'GET', `/v1/deliveries/${deliveryId}/attempts`)) as Page<Attempt>;
    return page.data;
  }
  async retry(deliveryId: string): Promise<Delivery> {
    return (await this.expect(202, 'POST', `/v1/deliveries/${deliveryId}/retry`)) as Delivery;
  }
  async deadLetters(query = ''): Promise<Page<DeadLetter>> {
    return (await this.expect(200, 'GET', `/v1/dead-letters?${query}`)) as Page<DeadLetter>;
  }
  async deadLetter(id: string): Promise<DeadLetter> {
    return (await this.expect(200, 'GET', `/v1/dead-letters/${id}`)) as DeadLetter;
  }
  async redrive(deadLetterId: string): Promise<number> {
    return ((await this.expect(202, 'POST', `/v1/dead-letters/${deadLetterId}/redrive`)) as Redriven)
      .redriven;
  }
  async redriveAll(filter: object): Promise<number> {
    return ((await this.expect(202, 'POST', '/v1/dead-letters/redrive', filter)) as Redriven).redriven;
  }
  /** @param body `{ since, until?, only }` */
  async recover(endpointId: string, body: object): Promise<Job> {
    return (await this.expect(202, 'POST', `/v1/endpoints/${endpointId}/recover`, body)) as Job;
  }
  async job(id: string): Promise<Job> {
    return (await this.expect(200, 'GET', `/v1/jobs/${id}`)) as Job;
  }
  async setJob(id: string, verb: 'pause' | 'resume'): Promise<Job> {
    return (await this.expect(200, 'POST', `/v1/jobs/${id}/${verb}`)) as Job;
  }
  async stats(period = 'hour'): Promise<Stats> {
    return (await this.expect(200, 'GET', `/v1/stats?period=${period}`)) as Stats;
  }
  async endpointStats(id: string): Promise<Stats> {
    return (await this.expect(200, 'GET', `/v1/endpoints/${id}/stats`)) as Stats;
  }

  /** Every row of a list, page by page. */
  async all<T>(list: (query: string) => Promise<Page<T>>, query = ''): Promise<T[]> {
    const rows: T[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page<T> = await list(
        `limit=250&${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      rows.push(...page.data);
      cursor = page.nextCursor;
    }
    return rows;
  }
}

export function problemOf(answer: ApiAnswer): Problem {
  return problem.parse(answer.json) as Problem;
}

/** In what an answer is not what the contract's own schema says. */
function breachOf(method: string, path: string, answer: ApiAnswer): string | null {
  if (!answer.headers.get('x-request-id')) return 'no x-request-id';
  const route = routeOf(method, path);
  if (answer.status >= 400 && route?.path !== '/readyz') {
    const type = answer.headers.get('content-type') ?? '';
    if (!type.startsWith('application/problem+json')) return `a problem as ${type}`;
    return schemaBreachOf(answer, problem);
  }
  if (!route) return null;
  if (!(answer.status in route.answers)) return `${route.path} is not documented to answer ${answer.status}`;
  const schema = route.answers[answer.status];
  return schema ? schemaBreachOf(answer, schema) : null;
}

/** Nothing less than the schema says, and nothing that it does not mention. */
function schemaBreachOf(answer: ApiAnswer, schema: AnswerSchema): string | null {
  const parsed = schema.safeParse(answer.json);
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  }
  return isDeepStrictEqual(parsed.data, answer.json) ? null : 'more than the schema has';
}

/** The most literal route that fits. */
export function routeOf(method: string, path: string): Route | undefined {
  const [pathname] = path.split('?');
  return routes
    .filter((route) => route.method === method && patternOf(route.path).test(pathname ?? ''))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\./g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
}

function isLive({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') === true;
}

/** Of an answer without an end, which is left then. */
async function firstMessageOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.includes('\n\n')) break;
  }
  return text;
}

function bytesOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return JSON.stringify(body);
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
