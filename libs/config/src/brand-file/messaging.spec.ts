import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_FALLBACK_TRIGGERS, formatProblem, type BrandDefinition } from '@patchbay/core';
import { createSecretResolver } from '../secrets/secret-resolver.js';
import { sampleChecks } from '../testing/sample-checks.js';
import { loadBrandText, type BrandFileResult } from './load-brand-file.js';

/** Brand file with three SMS destinations and a webhook. `lines` continue the subscription from line 15. */
function file(lines: string, top = 'timezone: Asia/Kolkata'): string {
  const sms = 'type: twilio-sms, credentials: { accountSid: A, authToken: "${env:T}" }, settings: { from: A }';
  return `brand: acme
${top}
sources:
  capillary: { adapter: capillary, auth: { bearer: ["\${env:T}"] } }
destinations:
  sms: { ${sms} }
  backup: { ${sms} }
  third: { ${sms} }
  hook: { type: webhook, settings: { url: "https://hook.example.com" } }
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    destination: sms
${lines}
`;
}

function load(text: string, name = 'brands/acme.yaml'): BrandFileResult {
  return loadBrandText(text, name, { resolveSecret: createSecretResolver({ T: 'invented' }), checks: sampleChecks });
}

function definitionOf(text: string): BrandDefinition {
  const { definition, problems } = load(text);
  expect(problems).toEqual([]);
  if (definition === undefined) throw new Error('There is no definition.');
  return definition;
}

const MAPPING = '    mapping: { body: a }';
const messaging = (lines: string, mapping = MAPPING): string => file(`${mapping}\n    messaging:\n      ${lines}`);

describe('messaging of a subscription', () => {
  it('may compare a path that a pii-less brand removes, because the hub keeps a keyed hash of the value', () => {
    const lines = `${MAPPING}\n    messaging: { cancelOn: { events: [pointsRedeemed], reference: data.bill } }`;
    const [subscription] = definitionOf(file(lines, 'privacy: pii-less')).subscriptions;
    expect(subscription?.messaging?.cancelOn?.reference).toBe('data.bill');
  });

  it('is loaded with defaults', () => {
    const [subscription] = definitionOf(
      messaging(`purpose: transactional
      quietHours: { from: 21:00, to: 09:00 }
      digest: 10m
      expireAfter: 24h
      sendAfter: 5m
      cancelOn: [issuedPointsReversed]
      fallback:
        - { destination: backup, on: [rejected, undelivered], after: 10m, mapping: { body: a } }
        - { destination: third, mapping: { locale: "{{ recipient.locale }}", en: { body: b }, ar: { body: c } } }`),
    ).subscriptions;
    expect(subscription?.messaging).toEqual({
      purpose: 'transactional',
      quietHours: { from: '21:00', to: '09:00' },
      digestMs: 600_000,
      expireAfterMs: 86_400_000,
      sendAfterMs: 300_000,
      cancelOn: { events: ['issuedPointsReversed'] },
      fallback: [
        { destination: 'backup', on: ['rejected', 'undelivered'], afterMs: 600_000, mapping: { body: 'a' } },
        {
          destination: 'third',
          on: DEFAULT_FALLBACK_TRIGGERS,
          afterMs: 3_600_000,
          mapping: { locale: '{{ recipient.locale }}', en: { body: 'b' }, ar: { body: 'c' } },
        },
      ],
    });
  });

  it('is promotional by default', () => {
    const [subscription] = definitionOf(messaging('{}')).subscriptions;
    expect(subscription?.messaging).toEqual({ purpose: 'promotional', fallback: [] });
    expect(definitionOf(file(MAPPING)).subscriptions[0]?.messaging).toBeUndefined();
  });

  it('accepts mapping files in fallback steps, and reports their problems with file and line', () => {
    const directory = mkdtempSync(join(tmpdir(), 'patchbay-messaging-'));
    try {
      const text = messaging('fallback: [{ destination: backup, mapping: step.yaml }]');
      writeFileSync(join(directory, 'step.yaml'), 'body: from a file\n');
      const { definition } = load(text, join(directory, 'acme.yaml'));
      expect(definition?.subscriptions[0]?.messaging?.fallback[0]?.mapping).toEqual({ body: 'from a file' });
      writeFileSync(join(directory, 'step.yaml'), '\nbody: "{{ dat.a }}"\n');
      const [problem] = load(text, join(directory, 'acme.yaml')).problems;
      expect(problem).toMatchObject({
        file: join(directory, 'step.yaml'),
        line: 2,
        field: 'subscriptions.points.messaging.fallback[0].mapping.body',
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('messaging.caps of a brand', () => {
  it('is converted to milliseconds', () => {
    const top = 'messaging: { caps: { sms: { max: 3, per: 1d }, push: { max: 1, per: 90m } } }';
    expect(definitionOf(file(MAPPING, top)).caps).toEqual({
      sms: { max: 3, perMs: 86_400_000 },
      push: { max: 1, perMs: 5_400_000 },
    });
  });
});

const AT = 'subscriptions.points.messaging';

describe('an invalid messaging rule is reported with line, field and hint', () => {
  it.each<[string, string, string]>([
    ['an unknown purpose', messaging('purpose: marketing'), `17 ${AT}.purpose: has to be one of transactional`],
    ['a misspelt rule', messaging('quiethours: {}'), `17 ${AT}.quiethours: unknown key. Did you mean`],
    [
      'an hour of a day',
      messaging('quietHours: { from: "9:00", to: "21:00" }'),
      `17 ${AT}.quietHours.from: has to be a time`,
    ],
    [
      'quiet all day',
      messaging('quietHours: { from: "09:00", to: "09:00" }'),
      `17 ${AT}.quietHours: starts and ends at the`,
    ],
    ['a digest of two days', messaging('digest: 2d'), `17 ${AT}.digest: has to be from 1s to 1d`],
    ['a digest of zero seconds', messaging('digest: 0s'), `17 ${AT}.digest: has to be from 1s to 1d`],
    ['waiting too long', messaging('sendAfter: 31d'), `17 ${AT}.sendAfter: has to be from 1s to 30d`],
    ['expiring too late', messaging('expireAfter: 31d'), `17 ${AT}.expireAfter: has to be from 1s to 30d`],
    [
      'expiring before the first attempt',
      messaging('sendAfter: 2h\n      digest: 1h\n      expireAfter: 2h'),
      `19 ${AT}.expireAfter: ends before the first attempt, 2h after the event`,
    ],
    [
      'a pattern that cancels',
      messaging('cancelOn: ["points*"]'),
      `17 ${AT}.cancelOn[0]: has to be a complete event type`,
    ],
    ['nothing that cancels', messaging('cancelOn: []'), `17 ${AT}.cancelOn: needs at least 1`],
    [
      'a reference outside of data',
      messaging('cancelOn: { events: [a], reference: event.id }'),
      `17 ${AT}.cancelOn.reference: has to be the path of one value`,
    ],
    [
      'a reference that is never stored',
      file(
        `${MAPPING}\n    messaging: { cancelOn: { events: [pointsRedeemed], reference: data.bill } }`,
        'privacy: { mode: pii-less, personal: [data.bill] }',
      ),
      `16 ${AT}.cancelOn.reference: reads data.bill, which a pii-less brand removes`,
    ],
    [
      'references of the source that are removed',
      file(`${MAPPING}\n    messaging: { cancelOn: [pointsRedeemed] }`, 'privacy: pii-less'),
      `16 ${AT}.cancelOn: reads data.references.*.id, which a pii-less brand removes`,
    ],
    [
      'no reference, for a source whose events have none',
      file(`${MAPPING}\n    messaging: { cancelOn: [pointsRedeemed] }`).replace('adapter: capillary', 'adapter: json'),
      `16 ${AT}.cancelOn: needs a reference, because events of the adapter json have none`,
    ],
    [
      'a digest of states',
      messaging('digest: 1m', `${MAPPING}\n    supersede: true`),
      `18 ${AT}.digest: cannot be combined with supersede`,
    ],
    [
      'a digest in an order',
      messaging('digest: 1m', `${MAPPING}\n    ordering: customer`),
      `18 ${AT}.digest: cannot be combined with ordering`,
    ],
    [
      'quiet hours for a webhook',
      messaging('quietHours: { from: "21:00", to: "09:00" }').replace('destination: sms', 'destination: hook'),
      `17 ${AT}.quietHours: needs a destination that messages customers (sms, email, push, whatsapp, chat), but webhook messages no customers`,
    ],
    ['no step', messaging('fallback: []'), `17 ${AT}.fallback: needs at least 1`],
    [
      'six steps',
      messaging(`fallback: [${Array(6).fill('{ destination: backup, mapping: { body: a } }').join()}]`),
      `17 ${AT}.fallback: may have at most 5`,
    ],
    [
      'an unknown trigger',
      messaging('fallback: [{ destination: backup, on: [expired], mapping: { body: a } }]'),
      `17 ${AT}.fallback[0].on[0]: has to be one of rejected, transient`,
    ],
    [
      'a step to nowhere',
      messaging('fallback:\n        - { destination: backupp, mapping: { body: a } }'),
      `18 ${AT}.fallback[0].destination: this brand has no destination "backupp". Did you mean "backup"?`,
    ],
    [
      'a step back',
      messaging(
        'fallback:\n        - { destination: backup, mapping: { body: a } }\n        - { destination: sms, mapping: { body: a } }',
      ),
      `19 ${AT}.fallback[1].destination: "sms" is already used before this step`,
    ],
    [
      'a step that sends to a customer who refused the channel',
      messaging('fallback: [{ destination: backup, on: [rejected, suppressed], mapping: { body: a } }]'),
      `17 ${AT}.fallback[0].on: contains suppressed, but the step before also sends by sms`,
    ],
    [
      'quiet hours and a step to a webhook',
      messaging(
        'quietHours: { from: "21:00", to: "09:00" }\n      fallback: [{ destination: hook, mapping: { body: a } }]',
      ),
      `18 ${AT}.fallback[0].destination: needs a destination that messages customers`,
    ],
    [
      'updates that arrive late',
      messaging('fallback: [{ destination: backup, after: 8d, mapping: { body: a } }]'),
      `17 ${AT}.fallback[0].after: has to be from 1s to 7d`,
    ],
    [
      'a step without a preset',
      messaging('fallback: [{ destination: backup }]'),
      `17 ${AT}.fallback[0].destination: twilio-sms has no preset for "pointsIssued": write a mapping for this step`,
    ],
    [
      'a mapping of a step that does not compile',
      messaging(
        'fallback:\n        - { destination: backup, mapping: { locale: "{{ recipient.locale }}", en: { body: "{{ x }}" } } }',
      ),
      `18 ${AT}.fallback[0].mapping.en.body: "x" is not known here`,
    ],
    [
      'a step that reads what is removed',
      file(
        `${MAPPING}\n    messaging: { fallback: [{ destination: backup, mapping: { body: "{{ data.name }}" } }] }`,
        'privacy: pii-less',
      ),
      `16 ${AT}.fallback[0].mapping: reads data.name, which a pii-less brand removes`,
    ],
    [
      'a digest that reads what is removed',
      file('    mapping: { body: "{{ digest.events[0].data.name }}" }', 'privacy: pii-less'),
      '15 subscriptions.points.mapping: reads data.name, which a pii-less brand removes',
    ],
    [
      'a reference in the mapping of a step',
      messaging('fallback: [{ destination: backup, mapping: { body: "${env:T}" } }]'),
      `17 ${AT}.fallback[0].mapping.body: a reference such as \${env:NAME} is not resolved here`,
    ],
    [
      'a step that reads what is not fetched',
      messaging('fallback: [{ destination: backup, mapping: { body: "{{ enriched.customer.name }}" } }]'),
      `17 ${AT}.fallback[0].mapping: reads enriched.customer, which is not fetched`,
    ],
    [
      'a cap of zero',
      file(MAPPING, 'messaging: { caps: { sms: { max: 0, per: 1d } } }'),
      '2 messaging.caps.sms.max: has',
    ],
    [
      'a cap with a long period',
      file(MAPPING, 'messaging: { caps: { sms: { max: 1, per: 32d } } }'),
      '2 messaging.caps.sms.per: has',
    ],
    [
      'a cap of half',
      file(MAPPING, 'messaging: { caps: { sms: { max: 1.5, per: 1d } } }'),
      '2 messaging.caps.sms.max: has',
    ],
    [
      'a cap without a time',
      file(MAPPING, 'messaging: { caps: { sms: { max: 1 } } }'),
      '2 messaging.caps.sms.per: is missing',
    ],
    [
      'a cap of surveys',
      file(MAPPING, 'messaging: { caps: { survey: { max: 1, per: 1d } } }'),
      '2 messaging.caps.survey: unknown key',
    ],
    ['no caps', file(MAPPING, 'messaging: { caps: {} }'), '2 messaging.caps: needs at least 1'],
  ])('%s', (_case, text, expected) => {
    const [line, ...rest] = expected.split(' ');
    const problems = load(text).problems.map(formatProblem);
    expect(
      problems.some((one) => one.startsWith(`brands/acme.yaml:${line ?? ''}`) && one.includes(rest.join(' '))),
    ).toBe(true);
    expect(problems).toHaveLength(1);
  });
});

describe('messaging of a destination', () => {
  const ruled = (rules: string): string =>
    file(MAPPING).replace('settings: { url: "https://hook.example.com" }', `$&, messaging: ${rules}`);
  const rulesOf = (rules: string) =>
    definitionOf(ruled(rules)).destinations.find(({ name }) => name === 'hook')?.messaging;
  const problemsOf = (rules: string) => load(ruled(rules)).problems.map(formatProblem);

  it('is loaded for every category', () => {
    expect(rulesOf('{ sendAfter: 10m, contactInterval: 30d, quota: { max: 1000, per: 1d } }')).toEqual({
      sendAfterMs: 600_000,
      contactIntervalMs: 30 * 86_400_000,
      quota: { max: 1_000, perMs: 86_400_000 },
    });
    expect(rulesOf('{ quota: { max: 5, per: 6h, excess: suppress } }')).toEqual({
      quota: { max: 5, perMs: 6 * 3_600_000, excess: 'suppress' },
    });
  });

  it.each([
    ['{ sendAfter: 31d }', 'messaging.sendAfter: has to be from 1s to 30d'],
    ['{ contactInterval: 400d }', 'messaging.contactInterval: has to be from 1s to 366d'],
    ['{ quota: { max: 1, per: 7h } }', 'messaging.quota.per: has to be whole days, or a duration that divides a day'],
    ['{ quota: { max: 1, per: 36h } }', 'messaging.quota.per: has to be whole days'],
    ['{ quota: { max: 0, per: 1d } }', 'messaging.quota.max'],
    ['{ quota: { max: 1 } }', 'messaging.quota'],
    ['{ quota: { max: 1, per: 1d, excess: drop } }', 'messaging.quota.excess'],
    ['{ contactIntervall: 1d }', 'contactInterval'],
    ['{}', 'messaging'],
  ])('refuses %s', (rules, expected) => {
    expect(problemsOf(rules).join('\n')).toContain(expected);
  });

  it('counts towards the first attempt that has to be before expireAfter', () => {
    const text = messaging('{ sendAfter: 10m, expireAfter: 30m }').replace(
      '  sms: { type',
      '  sms: { messaging: { sendAfter: 20m }, type',
    );
    expect(load(text).problems.map(formatProblem)).toEqual([
      expect.stringContaining('ends before the first attempt, 30m after the event'),
    ]);
  });
});
