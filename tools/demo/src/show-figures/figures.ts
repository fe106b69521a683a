import type { EndpointEvidence, Evidence } from '../check-figures/evidence.js';
import { percentile } from './percentile.js';

export interface EndpointFigures {
  readonly name: string;
  readonly accepted: number;
  readonly delivered: number;
  /** Took more than one attempt. */
  readonly retried: number;
  readonly dead: number;
  readonly requests: number;
  /** Requests beyond the attempts of the log: repeated after a kill. */
  readonly seenTwice: number;
  readonly verified: number;
  /** From the acknowledgement to the first request that was answered 2xx; null without any. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export function figuresOf(evidence: Evidence): { endpoints: EndpointFigures[]; total: EndpointFigures } {
  const latencies = evidence.endpoints.map((endpoint) => latenciesMs(endpoint, evidence.acceptedAtMs));
  const endpoints = evidence.endpoints.map((endpoint, index) => ofEndpoint(endpoint, latencies[index] ?? []));
  const sum = (key: 'accepted' | 'delivered' | 'retried' | 'dead' | 'requests' | 'seenTwice' | 'verified') =>
    endpoints.reduce((total, figures) => total + figures[key], 0);
  const all = latencies.flat();
  const total = {
    name: 'all',
    accepted: sum('accepted'),
    delivered: sum('delivered'),
    retried: sum('retried'),
    dead: sum('dead'),
    requests: sum('requests'),
    seenTwice: sum('seenTwice'),
    verified: sum('verified'),
    p50Ms: percentile(all, 0.5),
    p99Ms: percentile(all, 0.99),
  };
  return { endpoints, total };
}

function ofEndpoint(evidence: EndpointEvidence, latencies: readonly number[]): EndpointFigures {
  const { name, accepted, acceptedLate, seen, deliveries } = evidence;
  const attemptsOf = new Map(deliveries.map(({ eventId, attempts }) => [eventId, attempts]));
  let seenTwice = 0;
  for (const [id, { requests }] of seen.events)
    seenTwice += Math.max(0, requests - (attemptsOf.get(id) ?? 0));
  return {
    name,
    accepted: accepted.size + acceptedLate.size,
    delivered: deliveries.filter(({ status }) => status === 'succeeded').length,
    retried: deliveries.filter(({ attempts }) => attempts > 1).length,
    dead: deliveries.filter(({ status }) => status === 'dead').length,
    requests: seen.requests,
    seenTwice,
    verified: seen.verified,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}

function latenciesMs({ seen }: EndpointEvidence, acceptedAtMs: ReadonlyMap<string, number>): number[] {
  const latencies: number[] = [];
  for (const [id, { firstOkAtMs }] of seen.events) {
    const atMs = acceptedAtMs.get(id);
    // a receiver may have it before the acknowledgement is back
    if (atMs !== undefined && firstOkAtMs !== null) latencies.push(Math.max(0, firstOkAtMs - atMs));
  }
  return latencies;
}
