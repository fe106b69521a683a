/** Headers of messages on NATS. The first group is the contract with producers; the others are Postel's own. */
export const natsHeaders = {
  tenant: 'Postel-Tenant',
  orderingKey: 'Postel-Ordering-Key',
  channels: 'Postel-Channels',
  format: 'Postel-Format',
  messageId: 'Nats-Msg-Id',
  traceparent: 'traceparent',
  tracestate: 'tracestate',

  /** The last CONFIG sequence that ingest knew when it accepted the event. */
  configSequence: 'Postel-Config-Sequence',
  /** Deliver to this endpoint alone, whatever its filters (an endpoint's test event). */
  onlyEndpoint: 'Postel-Only-Endpoint',
  /** Up to 0.1.0: a {@link DeliveryMeta} as JSON beside the bare body. */
  delivery: 'Postel-Delivery',
} as const;

/**
 * Those whose names are read in whatever case a producer writes them: clients and propagators change it (Go's make
 * `Traceparent`), and an event whose tenant is overlooked goes to another. Of `Nats-Msg-Id` the broker knows one only.
 */
export const natsHeadersOfAnyCase = [
  natsHeaders.tenant,
  natsHeaders.orderingKey,
  natsHeaders.channels,
  natsHeaders.format,
  natsHeaders.traceparent,
] as const;
