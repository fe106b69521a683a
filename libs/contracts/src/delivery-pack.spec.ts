import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeDelivery, type DeliveryMeta } from './delivery-message.js';
import {
  decodeDeliveryPack,
  deliveryPackSubject,
  encodeDeliveryPack,
  isDeliveryPack,
  unpackedDelivery,
} from './delivery-pack.js';

/** What its own message is made of. */
const meta = { deliveryId: 'dlv_1', endpointId: 'ep_1', hop: 1 } as DeliveryMeta;

describe('a pack of deliveries', () => {
  it('gives back what was put in, byte for byte', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 2_000 }), { minLength: 1, maxLength: 20 }),
        fc.nat(9),
        (deliveries, before) => {
          // as it lies in what a socket has read
          const read = Buffer.concat([Buffer.alloc(before), encodeDeliveryPack(deliveries)]);
          const unpacked = decodeDeliveryPack(read.subarray(before)) ?? [];
          expect(unpacked.map((one) => [...one])).toEqual(deliveries.map((one) => [...one]));
        },
      ),
    );
  });

  it('does not keep the whole of it for one', () => {
    const pack = encodeDeliveryPack([Buffer.alloc(100_000), Buffer.from('{}')]);
    const [, small] = decodeDeliveryPack(pack) ?? [];
    expect(small?.buffer.byteLength).toBeLessThan(100_000);
  });

  it('is none where it is cut off, or empty', () => {
    const pack = encodeDeliveryPack([Buffer.from('first'), Buffer.from('second')]);
    const afterTheFirst = 4 + 'first'.length;
    for (let length = 0; length < pack.length; length++) {
      const isWhole = length === afterTheFirst;
      expect(decodeDeliveryPack(pack.subarray(0, length)) === null).toBe(!isWhole);
    }
  });

  it('is told by its subject', () => {
    expect(isDeliveryPack(deliveryPackSubject(3))).toBe(true);
    expect(isDeliveryPack('postel.delivery.3.ep_1')).toBe(false);
    expect(isDeliveryPack('postel.delivery.3._owner')).toBe(false);
  });

  it('makes of a delivery what it would have been by itself', () => {
    const payload = encodeDelivery(meta, Buffer.from('{}'));
    expect(unpackedDelivery(payload, deliveryPackSubject(3))).toEqual({
      subject: 'postel.delivery.3.ep_1',
      messageId: 'dlv_1:1',
      payload,
    });
    expect(unpackedDelivery(Buffer.from('{}'), deliveryPackSubject(3))).toBeNull();
  });
});
