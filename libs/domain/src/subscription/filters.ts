/**
 * The filters of one endpoint: exact types, `order.*` (any type that begins with `order.`, at any depth) and `*`
 * (contract: Endpoint).
 * @returns whether a type matches one of them
 */
export function compileFilters(events: readonly string[]): (type: string) => boolean {
  if (events.includes('*')) return () => true;
  const exact = new Set(events.filter((filter) => !filter.endsWith('.*')));
  const prefixes = events.filter((filter) => filter.endsWith('.*')).map((filter) => filter.slice(0, -1));
  return (type) => exact.has(type) || prefixes.some((prefix) => type.startsWith(prefix));
}

/** An endpoint without channels takes every event; otherwise it and the event need one in common. */
export function channelsMatch(
  endpointChannels: readonly string[],
  eventChannels: readonly string[],
): boolean {
  if (endpointChannels.length === 0) return true;
  return eventChannels.some((channel) => endpointChannels.includes(channel));
}
