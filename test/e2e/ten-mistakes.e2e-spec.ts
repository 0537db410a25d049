import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE_TIMEOUT_MS } from '@patchbay/testing/services';
import { runCli, type CliRun } from '../../apps/cli/src/testing/run-cli.js';
import { ADMIN_KEY, startTestHub, type TestHub } from './support/test-hub.js';

const CORRECT = `brand: acme
timezone: Asia/Kolkata
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
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $gte: 100 } }
    destination: sms
    mapping:
      locale: "{{ recipient.locale }}"
      en: { to: "{{ recipient.phone }}", body: "You earned {{ data.totalPointsIssued | required }} points." }
      ar: { to: "{{ recipient.phone }}", body: "لقد ربحت {{ data.totalPointsIssued | required }} نقطة." }
    messaging:
      purpose: transactional
`;

interface Mistake {
  readonly name: string;
  readonly change: readonly [from: string, to: string];
  /** Line, field and message. */
  readonly printed: readonly string[];
  /** True if the file is refused. A warning is refused only with `--strict`. */
  readonly refused: boolean;
}

const MISTAKES: readonly Mistake[] = [
  {
    name: 'typo in a path of the filter',
    change: ['data.totalPointsIssued: {', 'data.totalPointsIsued: {'],
    printed: [':18 subscriptions.points.when.data.totalPointsIsued', 'Did you mean "data.totalPointsIssued"?'],
    refused: false,
  },
  {
    name: 'typo in a path of the mapping',
    change: ['earned {{ data.totalPointsIssued', 'earned {{ data.totalPointIssued'],
    printed: [':22 subscriptions.points.mapping.en.body', 'Did you mean "data.totalPointsIssued"?'],
    refused: false,
  },
  {
    name: 'typo in an event type',
    change: ['[pointsIssued]', '[pointIssued]'],
    printed: [':17 subscriptions.points.events[0]', 'Did you mean "pointsIssued"?'],
    refused: false,
  },
  {
    name: 'value of the wrong type',
    change: ['$gte: 100', '$gte: "100"'],
    printed: [':18 subscriptions.points.when.data.totalPointsIssued.$gte', 'write { $gte: 100 }, without quotes'],
    refused: true,
  },
  {
    name: 'wrong key of the message',
    change: ['phone }}", body: "You', 'phone }}", text: "You'],
    printed: [':22 subscriptions.points.mapping.en', 'needs exactly one of: body;'],
    refused: true,
  },
  {
    name: 'wrong language key',
    change: ['      ar: {', '      arabic: {'],
    printed: [':23 subscriptions.points.mapping.arabic', 'Did you mean "ar"?'],
    refused: true,
  },
  {
    name: 'IST as the time zone',
    change: ['Asia/Kolkata', 'IST'],
    printed: [':2 timezone', 'stands for several time zones: use an IANA name, e.g. Asia/Kolkata'],
    refused: true,
  },
  {
    name: 'unknown filter',
    change: ['| required }} points', '| requird }} points'],
    printed: [':22 subscriptions.points.mapping.en.body', 'requird', 'required'],
    refused: true,
  },
  {
    name: 'unclosed brace',
    change: ['| required }} points', '| required } points'],
    printed: [':22 subscriptions.points.mapping.en.body', 'the {{ at column 12 has no }}: add }}'],
    refused: true,
  },
  {
    name: 'fallback on a vendor status without a public URL',
    change: [
      'purpose: transactional',
      'purpose: transactional\n      fallback: [{ destination: mail, on: [undelivered], mapping: { to: "{{ recipient.email }}", subject: P, text: P } }]',
    ],
    printed: [':26 subscriptions.points.messaging.fallback[0].on', 'PATCHBAY_PUBLIC_URL'],
    refused: false,
  },
];

describe('apply of a brand file with a mistake', () => {
  let hub: TestHub;
  let folder: string;

  beforeAll(async () => {
    hub = await startTestHub();
    folder = mkdtempSync(join(tmpdir(), 'patchbay-mistakes-'));
  }, SERVICE_TIMEOUT_MS);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await hub.close();
  });

  function apply(text: string, ...options: readonly string[]): Promise<CliRun> {
    const file = join(folder, 'acme.yaml');
    writeFileSync(file, text);
    return runCli(['apply', file, '--dry-run', ...options], {
      env: {
        ...{ PATCHBAY_URL: hub.url, PATCHBAY_ADMIN_KEY: ADMIN_KEY },
        ...{ TOKEN: 'invented-token-of-a-vendor-0123', KEY: 'SG.invented' },
      },
    });
  }

  it('prints no warning about the correct file', async () => {
    expect(await apply(CORRECT, '--strict')).toMatchObject({ code: 0, err: '' });
  });

  it.each(MISTAKES)('names the line, the field and what to do: $name', async ({ change: [from, to], ...mistake }) => {
    expect(CORRECT).toContain(from);
    const text = CORRECT.replace(from, to);
    const run = await apply(text);
    for (const part of mistake.printed) expect(run.err).toContain(part);
    expect(run.err).toContain(`${join(folder, 'acme.yaml')}:`);
    expect([run.code, (await apply(text, '--strict')).code]).toEqual([mistake.refused ? 1 : 0, 1]);
  });
});
