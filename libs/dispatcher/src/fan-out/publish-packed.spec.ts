import { describe, expect, it } from '@jest/globals';
import { decodeDeliveryPack, isDeliveryPack } from '@postel/contracts';
import { PublishError, type OutgoingMessage } from '@postel/jetstream';
import { publishPacked } from './publish-packed.js';

const message = (partition: number, name: string, sizeBytes = name.length): OutgoingMessage => ({
  subject: `postel.delivery.${partition}.ep_${name}`,
  payload: Buffer.alloc(sizeBytes, name),
  messageId: `dlv_${name}:1`,
});
const now = Promise.resolve();

/** What reaches the broker: subject, message id, and the first letter of each delivery. */
async function published(
  groups: readonly (readonly OutgoingMessage[])[],
  answer: (sent: OutgoingMessage) => Promise<void> = () => now,
) {
  const sent: string[] = [];
  const publish = async (out: OutgoingMessage) => {
    const parts = isDeliveryPack(out.subject) ? (decodeDeliveryPack(out.payload) ?? []) : [out.payload];
    const letters = parts.map((part) => String.fromCharCode(part[0] ?? 0)).join('');
    sent.push(`${out.subject} ${out.messageId ?? ''} ${letters}`);
    await answer(out);
    return { seq: sent.length, duplicate: false };
  };
  const results = await Promise.allSettled(publishPacked({ publish }, now, groups));
  return { sent, results: results.map(({ status }) => status) };
}

describe('publishPacked', () => {
  it('puts those of one partition into one message, and leaves one alone as it is', async () => {
    const groups = [[message(1, 'a'), message(2, 'b')], [message(1, 'c')], []];
    expect(await published(groups)).toEqual({
      sent: ['postel.delivery.1._pack  ac', 'postel.delivery.2.ep_b dlv_b:1 b'],
      results: ['fulfilled', 'fulfilled', 'fulfilled'],
    });
  });

  it('begins another where one is full, by number or by bytes', async () => {
    const many = Array.from({ length: 130 }, () => message(0, 'a'));
    expect((await published([many])).sent.map((line) => line.length)).toEqual([
      'postel.delivery.0._pack  '.length + 128,
      'postel.delivery.0._pack  '.length + 2,
    ]);
    const large = [message(0, 'a', 100_000), message(0, 'b', 100_000), message(0, 'c', 10_000)];
    expect((await published([large])).sent).toEqual([
      'postel.delivery.0.ep_a dlv_a:1 a',
      'postel.delivery.0._pack  bc',
    ]);
  });

  it('sends nothing before what has to be stored is stored, and nothing when that fails', async () => {
    const lost = new PublishError('unavailable', 'no answer');
    let isSent = false;
    const publish = () => {
      isSent = true;
      return Promise.resolve({ seq: 1, duplicate: false });
    };
    const groups = [[message(0, 'a')], [message(0, 'b')]];
    const failed = publishPacked({ publish }, Promise.reject(lost), groups);
    for (const each of failed) await expect(each).rejects.toBe(lost);
    expect(isSent).toBe(false);
  });

  it('fails all of a pack while the broker is away, and sends none of it again', async () => {
    const away = () => Promise.reject(new PublishError('unavailable', 'no answer'));
    expect(await published([[message(0, 'a')], [message(0, 'b')]], away)).toEqual({
      sent: ['postel.delivery.0._pack  ab'],
      results: ['rejected', 'rejected'],
    });
  });

  it('sends each by itself when the broker refuses the pack for good, and fails with what it refuses then', async () => {
    const refusing = ({ payload }: OutgoingMessage) =>
      Buffer.from(payload).includes('b') ? Promise.reject(new PublishError('refused', 'no')) : now;
    expect(await published([[message(0, 'a')], [message(0, 'b')], [message(0, 'c')]], refusing)).toEqual({
      sent: [
        'postel.delivery.0._pack  abc',
        'postel.delivery.0.ep_a dlv_a:1 a',
        'postel.delivery.0.ep_b dlv_b:1 b',
        'postel.delivery.0.ep_c dlv_c:1 c',
      ],
      results: ['fulfilled', 'rejected', 'fulfilled'],
    });
  });
});
