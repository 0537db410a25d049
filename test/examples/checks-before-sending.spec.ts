import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createSecretResolver, loadBrandText } from '@patchbay/config';
import { formatProblem, InProcessLocks, systemClock } from '@patchbay/core';
import { createEgressPolicy } from '@patchbay/http';
import { compileTask, messageShapes } from '@patchbay/mapping';
import { discoverPlugins, PluginGateway, PluginRuntime, TokenCache } from '@patchbay/plugin-host';
import { sourceAdapters } from '@patchbay/sources';

const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
const plugins = await discoverPlugins({ pluginsDir: resolve('plugins'), packages: [], fromSources: true });
const ports = { egress: createEgressPolicy(''), logger, locks: new InProcessLocks(), clock: systemClock };
const gateway = new PluginGateway(
  plugins.map((plugin) => new PluginRuntime(plugin, ports, new TokenCache(() => systemClock.now()))),
  logger,
);
const types = gateway.catalogue().map(({ type }) => type);

/** Brand file with one subscription. */
function file(subscription: string, top = 'timezone: Asia/Kolkata'): string {
  return `brand: acme
${top}
sources:
  capillary: { adapter: capillary, auth: { bearer: ["\${env:TOKEN}"] } }
destinations:
  sms:
    type: twilio-sms
    credentials: { accountSid: "AC00000000000000000000000000000000", authToken: "\${env:TOKEN}" }
    settings: { from: "+15005550006" }
  mail:
    type: sendgrid-email
    credentials: { apiKey: "\${env:KEY}" }
    settings: { from: hello@acme.example }
subscriptions:
  points:
    source: capillary
    destination: sms
${subscription}
`;
}

/** Returns the problems and warnings of a file, without the path of the file. */
function findings(text: string, hasPublicUrl = true): readonly string[] {
  const { problems, warnings } = loadBrandText(text, 'acme.yaml', {
    resolveSecret: createSecretResolver({ TOKEN: 'invented-token-of-a-vendor-0123', KEY: 'SG.invented' }),
    checks: {
      adapters: sourceAdapters(),
      destinations: gateway,
      hasPublicUrl,
      sharesAwsCredentials: () => false,
      destinationTypes: () => types,
      compile: compileTask,
      secretFields: (type) => gateway.secretPaths(type).credentials,
    },
  });
  const shown = (one: (typeof problems)[number]) =>
    formatProblem(one).replace(/^acme\.yaml:\d+ (subscriptions\.points\.)?/, '');
  return [...problems.map((one) => `error ${shown(one)}`), ...warnings.map((one) => `warning ${shown(one)}`)];
}

const EVENTS = '    events: [pointsIssued]';
const MAPPING = '    mapping: { to: "{{ recipient.phone }}", body: "Hi" }';

describe('checks of a brand file before anything is sent', () => {
  it('accept a correct file', () => {
    expect(findings(file(`${EVENTS}\n    when: { data.totalPointsIssued: { $gte: 100 } }\n${MAPPING}`))).toEqual([]);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'a typo in a path of the filter',
      file(`${EVENTS}\n    when: { data.totalPointsIsued: { $gte: 100 } }\n${MAPPING}`),
      [
        'warning when.data.totalPointsIsued.$gte: data.totalPointsIsued is not in pointsIssued, so it has no value. ' +
          'Did you mean "data.totalPointsIssued"?',
      ],
    ],
    [
      'a path in another capitalization',
      file(`${EVENTS}\n    when: { data.TotalPointsissued: 100 }\n${MAPPING}`),
      [
        'warning when.data.TotalPointsissued: data.TotalPointsissued is not in pointsIssued, so it has no value. It ' +
          'differs only in capitalization. Did you mean "data.totalPointsIssued"?',
      ],
    ],
    [
      'a typo in a path of the mapping',
      file(`${EVENTS}\n    mapping: { to: "{{ recipient.phone }}", body: "You earned {{ data.totalPointIssued }}" }`),
      [
        'warning mapping.body: data.totalPointIssued is not in pointsIssued, so it has no value. Did you mean ' +
          '"data.totalPointsIssued"?',
      ],
    ],
    [
      'a typo in an event type',
      file(`    events: [pointIssued]\n${MAPPING}`),
      ['warning events[0]: the catalogue of capillary has no event type "pointIssued". Did you mean "pointsIssued"?'],
    ],
    [
      'a pattern without event types',
      file(`    events: ["pts*"]\n${MAPPING}`),
      ['warning events[0]: the catalogue of capillary has no event type that matches "pts*".'],
    ],
    [
      'a text compared with a number',
      file(`${EVENTS}\n    when: { data.totalPointsIssued: { $gte: "100" } }\n${MAPPING}`),
      [
        'error when.data.totalPointsIssued.$gte: data.totalPointsIssued is a number, so $gte with the text "100" never ' +
          'matches: write { $gte: 100 }, without quotes',
      ],
    ],
    [
      'a comparison as a text',
      file(`${EVENTS}\n    when: { $or: [{ data.totalPointsIssued: ">= 100" }] }\n${MAPPING}`),
      [
        'error when.$or[0].data.totalPointsIssued: data.totalPointsIssued is a number, so it never equals the text ' +
          '">= 100": write { $gte: 100 }',
      ],
    ],
    [
      'wrong keys of the message',
      file(`${EVENTS}\n    mapping: { too: "{{ recipient.phone }}", body: Hi }`),
      [
        'error mapping.to: is required',
        'error mapping.too: is not known here; known are to, body, contentSid, contentVariables, mediaUrls, sendAt, ' +
          'validityPeriod, shortenUrls, vendor. Did you mean "to"?',
      ],
    ],
    [
      'a wrong key in one language and in a fallback step',
      file(
        `${EVENTS}
    mapping:
      locale: "{{ recipient.locale }}"
      en: { to: "{{ recipient.phone }}", body: Hi }
      ar: { to: "{{ recipient.phone }}", text: Hi }
    messaging:
      fallback:
        - { destination: mail, mapping: { to: "{{ recipient.email }}", subjct: Hi, text: Hi } }`,
      ),
      [
        'error mapping.ar: needs exactly one of: body;',
        'error mapping.ar.text: is not known here; known are to, body, contentSid, contentVariables',
        'error messaging.fallback[0].mapping: needs exactly one of: subject with text; subject with html',
        'error messaging.fallback[0].mapping.subjct: is not known here; known are to, subject, html, text, data, cc, ' +
          'bcc, from, fromName, replyTo, unsubscribeUrl, headers, attachments, vendor, templateId, sendAt, categories, ' +
          'unsubscribeGroupId. Did you mean "subject"?',
      ],
    ],
    [
      'a wrong language key',
      file(
        `${EVENTS}\n    mapping: { locale: "{{ recipient.locale }}", en: { to: "+1", body: Hi }, arabic: { to: "+1", body: Hi } }`,
      ),
      ['error mapping.arabic: "arabic" is not a language tag (BCP 47), such as en or ar-AE. Did you mean "ar"?'],
    ],
    [
      'an abbreviated time zone',
      file(`${EVENTS}\n${MAPPING}`, 'timezone: IST'),
      ['error timezone: "IST" stands for several time zones: use an IANA name, e.g. Asia/Kolkata'],
    ],
    [
      'an obsolete time zone',
      file(`${EVENTS}\n${MAPPING}`, 'timezone: Asia/Calcutta'),
      ['warning timezone: "Asia/Calcutta" is an obsolete name: use Asia/Kolkata'],
    ],
    [
      'an abbreviated time zone in a mapping',
      file(`${EVENTS}\n    mapping: { to: "+1", body: "{{ event.occurredAt | date: '%d', 'IST' }}" }`),
      ['error mapping.body: "IST" stands for several time zones: use an IANA name, e.g. Asia/Kolkata.'],
    ],
    [
      'an unknown path in ordering and cancelOn, and an unknown cancelling event',
      file(
        `${EVENTS}\n${MAPPING}
    ordering: { by: customer, paths: [data.loyaltyProgrmId] }
    messaging: { cancelOn: { events: [pointsRedemed], reference: data.bilId } }`,
      ),
      [
        'warning messaging.cancelOn.events[0]: the catalogue of capillary has no event type "pointsRedemed". Did you ' +
          'mean "pointsRedeemed"?',
        'warning ordering.paths[0]: data.loyaltyProgrmId is not in pointsIssued, so it has no value.',
        'warning messaging.cancelOn.reference: data.bilId is not in pointsIssued, so it has no value.',
      ],
    ],
    [
      'an unknown path in keep',
      file(
        `${EVENTS}\n${MAPPING}`,
        'privacy: { mode: pii-less, keep: [data.customerIdentifiers.INSTORE.mobil, data.x.**] }',
      ),
      [
        'warning privacy.keep[0]: data.customerIdentifiers.INSTORE.mobil is not in the event types of the sources, so ' +
          'nothing is kept for it.',
        'warning privacy.keep[1]: data.x is not in the event types of the sources, so nothing is kept for it.',
      ],
    ],
  ])('find %s', (_name, text, expected) => {
    const found = findings(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, one] of expected.entries()) expect(found[index]).toContain(one);
  });

  it('find a fallback on a vendor status that cannot arrive', () => {
    const text = file(
      `${EVENTS}\n${MAPPING}\n    messaging: { fallback: [{ destination: mail, on: [undelivered], mapping: { to: a@acme.example, subject: Hi, text: Hi } }] }`,
    );
    expect(findings(text)).toEqual([]);
    expect(findings(text, false)).toEqual([
      expect.stringMatching(/^warning messaging\.fallback\[0\]\.on: vendors report undelivered .*PATCHBAY_PUBLIC_URL/),
    ]);
  });

  it('find nothing in the presets', () => {
    const found = plugins.flatMap(({ definition, presets }) =>
      [...presets.values()]
        .flatMap(messageShapes)
        .flatMap((shape) => gateway.checkMessageShape(definition.type, shape)),
    );
    expect(found).toEqual([]);
  });
});
