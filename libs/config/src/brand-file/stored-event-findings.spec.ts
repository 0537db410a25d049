import { describe, expect, it } from '@jest/globals';
import { SchemaInference, type JsonObject } from '@patchbay/core';
import type { EventReads } from './event-reads.js';
import { storedEventWarnings, type EventSample } from './stored-event-findings.js';

const AT = ['subscriptions', 'orders', 'mapping', 'body'];
const subscription = { name: 'orders', source: 'shop', events: ['order.created'], destination: 'sms' };

const reads = (paths: readonly string[], conditions: EventReads['conditions'] = []): EventReads => ({
  subscription,
  types: subscription.events,
  reads: paths.map((path) => ({ at: AT, path, isShown: true })),
  conditions,
});

/** Sample of a source without schemas. */
function sample(...events: readonly JsonObject[]): EventSample {
  const inference = new SchemaInference();
  for (const event of events) inference.add(event);
  return { type: 'order.created', count: events.length, schema: inference.schema, newest: events };
}

const warnings = (one: EventReads, samples: readonly EventSample[], seenTypes: readonly string[] = []) =>
  storedEventWarnings(one, { samples, seenTypes }, { sourceLocations: new Map() }).map(
    ({ field, message }) => `${field.replace('subscriptions.orders.', '')}: ${message}`,
  );

describe('storedEventWarnings', () => {
  it('finds paths that no event has, and comparisons with another type', () => {
    const at = ['subscriptions', 'orders', 'when', 'data.total'];
    const condition = { path: 'data.total', operator: '$gte', operand: '10', at };
    expect(
      warnings(reads(['data.nam'], [condition]), [sample({ total: 1, name: 'a' }, { total: 2, name: 'b' })]),
    ).toEqual([
      expect.stringMatching(
        /^mapping\.body: data\.nam is not in the newest 2 stored events, .*Did you mean "data\.name"\?$/,
      ),
      expect.stringMatching(/^when\.data\.total: data\.total is a number, so \$gte with the text "10" never matches/),
      expect.stringMatching(/^mapping\.body: data\.nam was empty in 2 of the newest 2 stored events/),
    ]);
  });

  it('finds values that were empty, for sources with schemas too', () => {
    const { schema: _none, ...withSchemas } = sample({ a: '' }, { a: 'x' });
    expect(warnings(reads(['data.a', 'recipient.phone']), [withSchemas])).toEqual([
      expect.stringMatching(/^mapping\.body: data\.a was empty in 1 of the newest 2 stored events, .*\| required/),
    ]);
    expect(warnings(reads(['data.a']), [sample({ a: 'x' })])).toEqual([]);
  });

  it('knows nothing about types without events, unless a similar type arrived', () => {
    expect(warnings(reads(['data.any']), [sample()])).toEqual([]);
    expect(warnings(reads(['data.any']), [sample()], ['order.create', 'shop.closed'])).toEqual([
      'events[0]: no event of this type arrived in the last 7 days. Did you mean "order.create"?',
    ]);
  });
});
