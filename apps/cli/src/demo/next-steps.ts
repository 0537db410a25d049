import type { Paint } from '../output/paint.js';
import { ingestPath } from './demo-hub-api.js';

/** Where the running demo can be looked at and spoken to. */
export interface DemoAccess {
  readonly hubUrl: string;
  readonly inboxUrl: string;
  readonly log: string;
  readonly adminKey: string;
  readonly sourceToken: string;
}

const EVENT = {
  eventName: 'pointsIssued',
  eventId: 'mine-1',
  orgId: 1800,
  data: {
    customerIdentifiers: { customerId: 7, instore: { mobile: '919000000007' } },
    totalPointsIssued: 75,
    programCurrentPoints: 300,
  },
};

/** What a newcomer can do next, ready to be pasted. */
export function nextStepLines(access: DemoAccess, paint: Paint): string[] {
  const { hubUrl, inboxUrl, log, adminKey, sourceToken } = access;
  return [
    paint.bold('Look'),
    `   inbox    ${paint.link(inboxUrl)}   every message the vendors received`,
    `   console  ${paint.link(`${hubUrl}/`)}   the hub's own page`,
    `   API      ${paint.link(`${hubUrl}/docs`)}   admin key of this run: ${adminKey}`,
    `   log      ${log}`,
    '',
    `${paint.bold('Send your own')} ${paint.dim('(another eventId each time, or it is a duplicate)')}`,
    `   curl -X POST ${hubUrl}${ingestPath({ brand: 'demo' })} -H 'content-type: application/json' \\`,
    `     -H 'x-demo-token: ${sourceToken}' -d '${JSON.stringify(EVENT)}'`,
    '',
    paint.bold('Ask what became of it'),
    `   PATCHBAY_URL=${hubUrl} PATCHBAY_ADMIN_KEY=${adminKey} npx patchbay deliveries demo`,
    '',
    paint.dim('Ctrl-C stops everything.'),
  ];
}
