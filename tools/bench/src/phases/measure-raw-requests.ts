import { cpuMicrosEach, perSecond } from '../figures.js';
import type { RawRequests } from '../report.js';
import { watchOtherLoad } from '../stack/other-load.js';
import type { BenchContext } from './bench-context.js';

const concurrency = 64;

/** The most that one process can deliver: signed requests with undici, and nothing else. */
export async function measureRawRequests(
  context: Pick<BenchContext, 'options' | 'load' | 'receiverPort'>,
): Promise<RawRequests> {
  // not much shorter with --quick: before it is warm it is half as fast
  const input = {
    port: context.receiverPort,
    concurrency,
    durationMs: context.options.quick ? 2_000 : 5_000,
  };
  const otherLoad = watchOtherLoad();
  const byRequest = await context.load.call('sendRawRequests', { ...input, via: 'request' });
  const byDispatch = await context.load.call('sendRawRequests', { ...input, via: 'dispatch' });
  return {
    concurrency,
    otherLoadCores: otherLoad(),
    requestPerSecond: perSecond(byRequest.requests, byRequest.elapsedMs),
    requestCpuMicros: cpuMicrosEach(byRequest.cpuMicros / 1e6, byRequest.requests),
    dispatchPerSecond: perSecond(byDispatch.requests, byDispatch.elapsedMs),
    dispatchCpuMicros: cpuMicrosEach(byDispatch.cpuMicros / 1e6, byDispatch.requests),
  };
}
