import { describe, expect, it } from '@jest/globals';
import { formatProblem, OPERATIONAL_TYPES, type SourceAdapter } from '@patchbay/core';
import { createSecretResolver } from '../secrets/secret-resolver.js';
import { sampleChecks } from '../testing/sample-checks.js';
import { loadBrandText } from './load-brand-file.js';

/** Adapter of operational events. In `data`, only the destination name is safe to store. */
const adapter: SourceAdapter = {
  name: 'patchbay',
  read: () => [],
  catalogue: () => OPERATIONAL_TYPES.map((type) => ({ type, label: type, group: 'All', schema: {} })),
  personalPaths: () => ({ personal: [], safe: [{ path: 'data.destination.name', type: 'word' }] }),
  recipientOf: () => ({}),
};
const options = {
  resolveSecret: createSecretResolver({ TOKEN: 'invented-token' }),
  checks: { ...sampleChecks, adapters: new Map([...sampleChecks.adapters, ['patchbay', adapter]]) },
};

function problems(text: string): string[] {
  return loadBrandText(text, 'acme.yaml', options).problems.map(formatProblem);
}

const file = (subscription: string, sources = ''): string => `brand: acme
privacy: pii-less
${sources}destinations:
  hook: { type: webhook, settings: { url: "https://hook.example.com" } }
  sms: { type: twilio-sms, credentials: { accountSid: AC1, authToken: "\${env:TOKEN}" }, settings: { from: "+15005550006" } }
subscriptions:
  alerts: { source: patchbay, ${subscription} }
`;

describe('the built-in source of operational events', () => {
  it.each([
    ['by name', 'events: [destination.paused, delivery.dead], destination: hook'],
    ['by a prefix', 'events: ["delivery.*"], destination: hook'],
    ['with a filter', 'events: ["*"], destination: hook, when: { data.destination.name: crm }'],
    [
      'with a mapping',
      'events: ["*"], destination: sms, mapping: { to: "+15005550010", body: "{{ data.destination.name }}" }',
    ],
  ])('can be subscribed to without a declaration: %s', (_how, subscription) => {
    expect(problems(file(subscription))).toEqual([]);
  });

  it.each([
    [
      'an unknown event type',
      'events: [destination.pausd], destination: hook',
      '7 subscriptions.alerts.events[0]: there is no operational event "destination.pausd". Did you mean "destination.paused"?',
    ],
    [
      'a prefix without matches',
      'events: ["points*"], destination: hook',
      '7 subscriptions.alerts.events[0]: there is no operational event "points*". Available: destination.paused, destination.resumed',
    ],
    [
      'a path that is removed',
      'events: ["*"], destination: hook, when: { data.secret: 1 }',
      '7 subscriptions.alerts.when: reads data.secret, which a pii-less brand removes',
    ],
    [
      'no mapping and no preset',
      'events: [delivery.dead], destination: sms',
      '7 subscriptions.alerts.events[0]: twilio-sms has no preset for "delivery.dead"',
    ],
  ])('is checked like any other source: %s', (_case, subscription, problem) => {
    expect(problems(file(subscription))).toEqual([expect.stringContaining(`acme.yaml:${problem}`)]);
  });

  it('cannot be declared, and its adapter cannot be used', () => {
    const sources = (name: string, type: string): string =>
      `sources: { ${name}: { adapter: ${type}, auth: { bearer: ["\${env:TOKEN}"] } } }\n`;
    const subscription = 'events: ["*"], destination: hook';
    expect(problems(file(subscription, sources('patchbay', 'json')))).toEqual([
      'acme.yaml:3 sources.patchbay: this name is reserved for the built-in source of operational events: ' +
        'use another name',
    ]);
    expect(problems(file(subscription, sources('own', 'patchbay')))).toEqual([
      'acme.yaml:3 sources.own.adapter: there is no adapter "patchbay". Available: capillary, json.',
    ]);
  });
});
