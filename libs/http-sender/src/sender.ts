import { createSecureContext } from 'node:tls';
import { createAddressGuard } from './address-guard.js';
import { bareHostname, judgeUrl, portOf, type UrlPolicy } from './check-url.js';
import type { DialContext, DialTarget } from './dial.js';
import { parseEgressProxy } from './egress-proxy.js';
import { Exchange } from './exchange.js';
import { sendError, type SendError } from './failure.js';
import { IdleConnections } from './idle-connections.js';
import { NextTurn } from './next-turn.js';
import { OnceOnlyOrigins } from './once-only-origins.js';
import { OriginPool } from './origin-pool.js';
import { OverdueExchanges } from './overdue-exchanges.js';
import { createSystemResolver } from './resolve-name.js';
import { RunningExchanges } from './running-exchanges.js';
import type { SendRequest, SendResult, Sender, SenderOptions } from './send.js';

interface Target {
  readonly origin: string;
  readonly path: string;
  readonly dialTarget: DialTarget;
}

/** URLs whose judgement is remembered; far more than there are busy endpoints. */
const MAX_KNOWN_TARGETS = 10_000;

/** @throws TypeError when `allowCidrs` holds something that is no network, or `egressProxy` is no proxy's URL */
export function createSender(options: SenderOptions): Sender {
  return new PooledSender(options);
}

class PooledSender implements Sender {
  private readonly policy: UrlPolicy;
  private readonly dialContext: DialContext;
  private readonly targets = new Map<string, Target | SendError>();
  private readonly pools = new Map<string, OriginPool>();
  private readonly running = new RunningExchanges();
  private readonly nextTurn = new NextTurn();
  private readonly overdue = new OverdueExchanges();
  private readonly onceOnly = new OnceOnlyOrigins();
  private readonly closing = new Set<Promise<void>>();
  private readonly idle: IdleConnections;
  private readonly closeResolver: () => void;
  private closed = false;
  private whenQuiet: (() => void) | undefined;

  constructor(private readonly options: SenderOptions) {
    const guard = createAddressGuard(options.allowCidrs);
    const system = options.resolve === undefined ? createSystemResolver() : undefined;
    this.idle = new IdleConnections(options.maxIdleConnections ?? 1_024);
    this.policy = { allowHttp: options.allowHttp, guard };
    this.closeResolver = () => system?.close();
    this.dialContext = {
      guard,
      resolve: options.resolve ?? system?.resolve ?? (() => Promise.resolve([])),
      secureContext: createSecureContext({ minVersion: 'TLSv1.2', ...authoritiesOf(options) }),
      ...(options.egressProxy == null ? {} : { proxy: parseEgressProxy(options.egressProxy) }),
    };
  }

  send(request: SendRequest): Promise<SendResult> {
    const target = this.targetOf(request.url);
    if ('code' in target) return Promise.resolve(refused(target));
    if (this.closed) return Promise.resolve(refused(sendError('network_error', 'the sender is closed')));
    return new Promise((resolve) => {
      const exchange = new Exchange(request, target.path, this.overdue, (result) => {
        this.running.remove(exchange);
        if (this.running.size === 0) this.whenQuiet?.();
        resolve(result);
      });
      this.running.add(exchange);
      this.poolOf(target).start(exchange);
    });
  }

  async close({ graceMs }: { readonly graceMs?: number } = {}): Promise<void> {
    this.closed = true;
    this.idle.close();
    const timer = graceMs === undefined ? undefined : setTimeout(() => this.giveUp(), graceMs);
    if (this.running.size > 0) {
      await new Promise<void>((resolve) => {
        const others = this.whenQuiet;
        this.whenQuiet = () => {
          others?.();
          resolve();
        };
      });
    }
    clearTimeout(timer);
    this.closeResolver();
    await Promise.all(this.closing);
  }

  private giveUp(): void {
    this.running.failAll(sendError('network_error', 'given up, since the sender was closed'));
  }

  private targetOf(text: string): Target | SendError {
    const known = this.targets.get(text);
    if (known !== undefined) return known;
    if (this.targets.size >= MAX_KNOWN_TARGETS) this.targets.clear();
    const target = this.judge(text);
    this.targets.set(text, target);
    return target;
  }

  private judge(text: string): Target | SendError {
    const check = judgeUrl(text, this.policy);
    if (!check.ok) return sendError('url_not_allowed', check.message);
    const { url } = check;
    const dialTarget = {
      hostname: bareHostname(url),
      port: portOf(url),
      secure: url.protocol === 'https:',
    };
    return { origin: url.origin, path: url.pathname + url.search, dialTarget };
  }

  private poolOf({ origin, dialTarget }: Target): OriginPool {
    const known = this.pools.get(origin);
    if (known !== undefined) return known;
    const pool = new OriginPool(
      {
        origin,
        target: dialTarget,
        dialContext: this.dialContext,
        sessions: {},
        idleMs: this.options.idleMs ?? 4_000,
        maxIdleMs: this.options.maxIdleMs ?? 60_000,
        nextTurn: this.nextTurn,
      },
      this.limitsOf(origin),
    );
    this.pools.set(origin, pool);
    return pool;
  }

  private limitsOf(origin: string): ConstructorParameters<typeof OriginPool>[1] {
    return {
      maxConnections: this.options.maxConnectionsPerOrigin ?? 1_024,
      idle: this.idle,
      onceOnly: this.onceOnly,
      onEmpty: () => this.pools.delete(origin),
      onClosing: (closed) => {
        this.closing.add(closed);
        void closed.finally(() => this.closing.delete(closed));
      },
    };
  }
}

function authoritiesOf({ ca }: SenderOptions): { ca?: string | string[] } {
  if (ca === undefined) return {};
  return { ca: typeof ca === 'string' ? ca : [...ca] };
}

function refused(error: SendError): SendResult {
  return { startedAtMs: Date.now(), durationMs: 0, timing: {}, error };
}
