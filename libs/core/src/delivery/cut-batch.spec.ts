import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { cutBatch } from './cut-batch.js';

/** Returns a message of this many bytes as JSON. */
function message(bytes: number): JsonObject {
  return { a: 'x'.repeat(bytes - '{"a":""}'.length) };
}

describe('the cut of a batch', () => {
  it('takes as many messages as the size allows, in their order', () => {
    const messages = Array.from({ length: 5 }, () => message(10));
    expect(cutBatch(messages, { size: 3 })).toEqual({ sent: [0, 1, 2], surplus: [3, 4], oversized: [] });
  });

  it('takes messages up to exactly the bytes of their JSON array', () => {
    const messages = [message(20), message(30), message(40)];
    const { length } = JSON.stringify(messages);
    expect(cutBatch(messages, { size: 10, bytes: length }).sent).toEqual([0, 1, 2]);
    expect(cutBatch(messages, { size: 10, bytes: length - 1 })).toMatchObject({ sent: [0, 1], surplus: [2] });
  });

  it('takes only messages with the action of the first message', () => {
    const messages = ['a', 'b', 'a', 'b', 'a'].map(($action) => ({ $action }));
    expect(cutBatch(messages, { size: 2 })).toEqual({ sent: [0, 2], surplus: [1, 3, 4], oversized: [] });
    expect(cutBatch([{ text: '' }, ...messages], { size: 9 }).sent).toEqual([0]);
  });

  it('counts bytes, not characters', () => {
    const messages = [{ a: 'é'.repeat(10) }, { a: 'é'.repeat(10) }];
    expect(cutBatch(messages, { size: 10, bytes: JSON.stringify(messages).length })).toMatchObject({
      sent: [0],
      surplus: [1],
    });
  });

  it('keeps the order after the first message that does not fit', () => {
    const messages = [message(50), message(60), message(10)];
    expect(cutBatch(messages, { size: 10, bytes: 80 })).toMatchObject({ sent: [0], surplus: [1, 2] });
  });

  it('leaves out a message that fits into no call, and sends the others', () => {
    const messages = [message(10), message(100), message(10)];
    expect(cutBatch(messages, { size: 10, bytes: 60 })).toEqual({
      sent: [0, 2],
      surplus: [],
      oversized: [{ index: 1, bytes: 102 }],
    });
  });

  it('skips deliveries without a message', () => {
    expect(cutBatch([null, message(10), null, message(10)], { size: 1 })).toMatchObject({ sent: [1], surplus: [3] });
  });
});
