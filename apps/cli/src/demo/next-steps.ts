import type { Paint } from '../output/paint.js';
import type { ConsoleLink } from '../api/console-link.js';
import { ingestPath } from './demo-hub-api.js';

/** Addresses and credentials of the running demo. */
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

/**
 * Formats the links and commands that are printed after the demo.
 * @param console link that opens the console signed in, once
 */
export function nextStepLines(access: DemoAccess, console: ConsoleLink, paint: Paint): string[] {
  const { hubUrl, inboxUrl, log, adminKey, sourceToken } = access;
  return [
    paint.bold('Open in a browser'),
    `   console  ${paint.link(console.url)}`,
    `            signs you in as admin, once; a new link: PATCHBAY_URL=${hubUrl} PATCHBAY_ADMIN_KEY=${adminKey} npx patchbay console`,
    `   inbox    ${paint.link(inboxUrl)}   every message that the vendors received`,
    `   API      ${paint.link(`${hubUrl}/docs`)}   admin key of this run: ${adminKey}`,
    `   log      ${log}`,
    '',
    `${paint.bold('Send your own event')} ${paint.dim('(change eventId each time, or it is a duplicate)')}`,
    `   curl -X POST ${hubUrl}${ingestPath({ brand: 'demo' })} -H 'content-type: application/json' \\`,
    `     -H 'x-demo-token: ${sourceToken}' -d '${JSON.stringify(EVENT)}'`,
    '',
    paint.bold('List the deliveries'),
    `   PATCHBAY_URL=${hubUrl} PATCHBAY_ADMIN_KEY=${adminKey} npx patchbay deliveries demo`,
    '',
    paint.dim('Ctrl-C stops everything.'),
  ];
}
