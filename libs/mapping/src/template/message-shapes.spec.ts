import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json-types.js';
import { messageShapes } from './message-shapes.js';

const shapesOf = (template: JsonObject) =>
  messageShapes(template).map(({ message, uncertain }) => ({ message, uncertain: Object.fromEntries(uncertain) }));

describe('messageShapes', () => {
  it('keeps literal values, and marks values that depend on the event', () => {
    expect(
      shapesOf({ to: '{{ data.to }}', body: 'Hi {{ data.name }}', kind: 'a', n: 1, tags: ['x', '{{ data.t }}'] }),
    ).toEqual([
      {
        message: { to: '…', body: '…', kind: 'a', n: 1, tags: ['x', '…'] },
        uncertain: { to: 'any', body: 'text', 'tags.1': 'any' },
      },
    ]);
  });

  it('makes a shape for each language and each branch, and marks what may be absent', () => {
    const template = {
      locale: '{{ recipient.locale }}',
      en: { body: { $if: '{{ data.a }}', then: 'A', else: 'B' }, note: { $if: '{{ data.b }}', then: 'N' } },
      ar: { text: 'C' },
    };
    expect(shapesOf(template)).toEqual([
      { message: { body: 'A', note: 'N' }, uncertain: { note: 'partial' } },
      { message: { body: 'B', note: 'N' }, uncertain: { note: 'partial' } },
      { message: { text: 'C' }, uncertain: {} },
    ]);
  });

  it('makes one item of a list with $each, and knows its place in the template', () => {
    const [shape] = messageShapes({ items: { $each: '{{ data.lines }}', do: { sku: '{{ item.sku }}', n: 1 } } });
    expect(shape?.message).toEqual({ items: [{ sku: '…', n: 1 }] });
    expect(Object.fromEntries(shape?.uncertain ?? [])).toEqual({ items: 'partial', 'items.0.sku': 'any' });
    expect(shape?.places.get('items.0.sku')).toBe('items.do.sku');
  });

  it('makes at most 64 shapes', () => {
    const choice = (depth: number): JsonObject | string =>
      depth === 0 ? 'x' : { $if: '{{ data.a }}', then: choice(depth - 1), else: choice(depth - 1) };
    expect(messageShapes({ body: choice(8) })).toHaveLength(64);
  });

  it('adds the action to each shape, with its place at the top of the mapping', () => {
    const shapes = messageShapes({ $action: 'sendText', locale: 'en', en: { text: 'A' }, ar: { text: 'B' } });
    expect(shapes.map(({ message }) => message)).toEqual([
      { $action: 'sendText', text: 'A' },
      { $action: 'sendText', text: 'B' },
    ]);
    expect(messageShapes({ locale: 'en', en: {} }).map(({ places }) => places.get('$action'))).toEqual(['$action']);
  });
});
