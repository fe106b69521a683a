import { decodeDelivery, deliveryMessageId } from './delivery-message.js';
import { deliverySubject, laneOfSubject, partitionOfSubject } from './subjects.js';

const inPlaceOfEndpoint = '._pack';

/** Where first attempts of a partition go that share a message. */
export function deliveryPackSubject(partition: number): string {
  return `postel.delivery.${partition}${inPlaceOfEndpoint}`;
}

/** Whether a message of DELIVERIES holds several of them. */
export function isDeliveryPack(subject: string): boolean {
  return subject.endsWith(inPlaceOfEndpoint);
}

const lengthBytes = 4;

/** @param deliveries as `encodeDelivery` makes them: before each stands its length, four bytes, big end first */
export function encodeDeliveryPack(deliveries: readonly Uint8Array[]): Uint8Array {
  let sizeBytes = 0;
  for (const { length } of deliveries) sizeBytes += lengthBytes + length;
  const pack = Buffer.allocUnsafe(sizeBytes);
  let at = 0;
  for (const delivery of deliveries) {
    at = pack.writeUInt32BE(delivery.length, at);
    pack.set(delivery, at);
    at += delivery.length;
  }
  return pack;
}

/** @returns copies, so that one that is in work for long does not keep all of them; `null` when it is no pack of ours */
export function decodeDeliveryPack(payload: Uint8Array): readonly Uint8Array[] | null {
  const pack = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const deliveries: Uint8Array[] = [];
  for (let at = 0; at < pack.length;) {
    if (at + lengthBytes > pack.length) return null;
    const start = at + lengthBytes;
    const end = start + pack.readUInt32BE(at);
    if (end > pack.length) return null;
    deliveries.push(Buffer.from(pack.subarray(start, end)));
    at = end;
  }
  return deliveries.length > 0 ? deliveries : null;
}

/** A delivery out of a pack, as a message of its own. */
export interface UnpackedDelivery {
  readonly subject: string;
  readonly messageId: string;
  readonly payload: Uint8Array;
}

/** @param subject of the pack @returns `null` when it is no delivery of ours */
export function unpackedDelivery(payload: Uint8Array, subject: string): UnpackedDelivery | null {
  const decoded = decodeDelivery(payload, () => undefined);
  const lane = laneOfSubject(subject);
  if (!decoded || !lane) return null;
  return {
    subject: deliverySubject(lane, partitionOfSubject(subject), decoded.meta.endpointId),
    messageId: deliveryMessageId(decoded.meta),
    payload,
  };
}
