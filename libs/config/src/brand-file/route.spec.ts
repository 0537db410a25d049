import { describe, expect, it } from '@jest/globals';
import { formatProblem } from '@patchbay/core';
import { createSecretResolver } from '../secrets/secret-resolver.js';
import { sampleChecks } from '../testing/sample-checks.js';
import { loadBrandText, type BrandFileResult } from './load-brand-file.js';

const schema = { type: 'object', properties: { totalPointsIssued: { type: 'number' } } };
const capillary = sampleChecks.adapters.get('capillary');
if (capillary === undefined) throw new Error('The sample has no adapter.');
/** Checks whose event types declare their data. */
const checks = {
  ...sampleChecks,
  adapters: new Map([
    ['capillary', { ...capillary, catalogue: () => capillary.catalogue().map((type) => ({ ...type, schema })) }],
  ]),
};

/** Loads a brand file whose subscription has the given further lines, from line 14. */
function load(lines: string): BrandFileResult {
  const sms = 'type: twilio-sms, credentials: { accountSid: A, authToken: "${env:T}" }, settings: { from: A }';
  const text = `brand: acme
sources:
  capillary: { adapter: capillary, auth: { bearer: ["\${env:T}"] } }
enrichment: { http: { profile: { url: "https://crm.acme.example/{{ event.customerId }}" } } }
destinations:
  sms: { ${sms} }
  backup: { ${sms} }
  hook: { type: webhook, settings: { url: "https://hook.example.com" } }
subscriptions:
  points:
    source: capillary
    events: [pointsIssued]
    enrich: [profile]
${lines}
`;
  const options = { resolveSecret: createSecretResolver({ T: 'invented' }), checks };
  return loadBrandText(text, 'acme.yaml', options);
}

const route = (...entries: string[]): string => `    route:\n${entries.map((entry) => `      - ${entry}`).join('\n')}`;
const problemsOf = (lines: string): readonly string[] =>
  load(lines).problems.map((problem) => formatProblem(problem).replace(/^acme\.yaml:\d+ subscriptions\.points\.?/, ''));
const GOLD = '{ when: { enriched.profile.tier: Gold }, destination: sms, mapping: { body: gold } }';
const DEFAULT = '{ destination: backup, mapping: { body: else } }';

describe('the route of a subscription', () => {
  it('is loaded', () => {
    const { definition, problems, warnings } = load(route(GOLD, DEFAULT));
    expect([problems, warnings]).toEqual([[], []]);
    const [subscription] = definition?.subscriptions ?? [];
    expect(subscription).toEqual({
      ...{ name: 'points', source: 'capillary', events: ['pointsIssued'], enrich: ['profile'] },
      route: [
        { when: { 'enriched.profile.tier': 'Gold' }, destination: 'sms', mapping: { body: 'gold' } },
        { destination: 'backup', mapping: { body: 'else' } },
      ],
    });
  });

  it.each<[string, string, string]>([
    ['neither a destination nor a route', '    mapping: { body: a }', 'needs a destination, or a route'],
    ['both', `    destination: sms\n${route(DEFAULT)}`, 'route: cannot be combined with destination'],
    ['a mapping of its own', `    mapping: { body: a }\n${route(DEFAULT)}`, 'route: cannot be combined with mapping'],
    [
      'an unknown destination',
      route('{ destination: smss, mapping: { body: a } }'),
      'route[0].destination: this brand',
    ],
    ['entries after the default', route(DEFAULT, GOLD), 'route[0]: has no when'],
    [
      'an unknown root',
      route('{ when: { recipients.a: 1 }, destination: sms, mapping: { body: a } }', DEFAULT),
      'route[0].when.recipients.a: "recipients" is not known here',
    ],
    [
      'an enrichment that is not fetched',
      route('{ when: { enriched.other.a: 1 }, destination: sms, mapping: { body: a } }', DEFAULT),
      'route[0].when: reads enriched.other, which is not fetched',
    ],
    [
      'a comparison that cannot hold',
      route('{ when: { data.totalPointsIssued: { $gte: "100" } }, destination: sms, mapping: { body: a } }', DEFAULT),
      'route[0].when.data.totalPointsIssued.$gte: ',
    ],
    [
      'a message that is not valid',
      route(GOLD, '{ destination: backup, mapping: { too: a } }'),
      'route[1].mapping.too: ',
    ],
    [
      'an entry without a preset',
      route(GOLD, '{ destination: backup }'),
      'route[1].destination: twilio-sms has no preset',
    ],
    ['no entries', '    route: []', 'route: '],
  ])('with %s is refused', (_what, lines, problem) => {
    expect(problemsOf(lines)).toEqual(expect.arrayContaining([expect.stringContaining(problem)]));
  });

  it('warns about a path that the event types do not have', () => {
    const { warnings } = load(
      route('{ when: { data.totalPoints: 1 }, destination: sms, mapping: { body: a } }', DEFAULT),
    );
    expect(warnings).toMatchObject([{ field: expect.stringContaining('route[0].when') }]);
  });

  it('may name its entries in the fallback, which skips the chosen one', () => {
    const messaging = `    messaging: { fallback: [{ destination: backup, mapping: { body: a } }, { destination: sms, mapping: { body: a } }] }`;
    expect(problemsOf(`${route(GOLD, DEFAULT)}\n${messaging}`)).toEqual([]);
  });
});
