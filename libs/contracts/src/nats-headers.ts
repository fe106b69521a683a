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
