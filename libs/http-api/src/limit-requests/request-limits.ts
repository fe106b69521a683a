import type { Route } from '@postel/contracts';
import ipaddr from 'ipaddr.js';
import { RefusalError } from '../refusal-error.js';
import { TokenBuckets } from './token-buckets.js';

export interface RequestLimitOptions {
  /** Management requests of a credential; 0: no limit. */
  readonly requestsPerSecond: number;
  /** Requests that publish events; 0: no limit. */
  readonly eventRequestsPerSecond: number;
}

/** Whoever was quiet may ask for the requests of so many seconds at once. */
const burstSeconds = 10;
/** Who sends credentials that are refused may go on at a tenth of the rate. */
const failureShare = 0.1;

/** How often one may ask, in this process. @throws {RefusalError} 429, with when to come back */
export class RequestLimits {
  private readonly requests: TokenBuckets;
  private readonly events: TokenBuckets;
  private readonly failures: TokenBuckets;

  constructor({ requestsPerSecond, eventRequestsPerSecond }: RequestLimitOptions) {
    this.requests = bucketsOf(requestsPerSecond);
    this.events = bucketsOf(eventRequestsPerSecond);
    this.failures = bucketsOf(requestsPerSecond, failureShare);
  }

  /** @param actor the credential, not its tenant: one that runs wild does not lock out the others */
  countRequest(actor: string, route: Route | undefined, nowMs: number): void {
    const buckets = route?.rate === 'events' ? this.events : this.requests;
    refuseFor(buckets.take(actor, nowMs), 'This credential asks too often.');
  }

  /** A credential was refused. One that is good passes all the same: many clients may share an address. */
  countFailure(address: string, nowMs: number): void {
    refuseFor(
      this.failures.take(networkOf(address), nowMs),
      'Too many refused credentials from this address.',
    );
  }
}

function bucketsOf(perSecond: number, share = 1): TokenBuckets {
  return new TokenBuckets({ perSecond: perSecond * share, burst: perSecond * burstSeconds });
}

function refuseFor(waitMs: number, detail: string): void {
  if (waitMs > 0) throw new RefusalError({ code: 'too_many_requests', detail }, Math.ceil(waitMs / 1_000));
}

/** An IPv6 client has a whole /64 to choose addresses from. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
