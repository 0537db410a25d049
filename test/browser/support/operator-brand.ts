import { expect } from '@jest/globals';
import { until } from '@patchbay/testing/services';
import { ACME_AUTH, ACME_TOKEN } from '../../e2e/support/acme.js';
import type { Receiver } from '../../e2e/support/receiver.js';
import { at, type TestHub } from '../../e2e/support/test-hub.js';

/** Returns the time of day in Kolkata, the zone of the brand, that is `hours` hours from now. */
const clock = (hours: number): string => new Date(Date.now() + (hours + 5.5) * 3_600_000).toISOString().slice(11, 16);

/** Returns a brand whose messages are capped, wait for the end of quiet hours, are merged into digests, or fail. */
export function operatorBrand(): string {
  return `
brand: acme
timezone: Asia/Kolkata
messaging: { caps: { sms: { max: 1, per: 1d } } }
sources:
  capillary: { adapter: capillary, auth: { headers: { x-acme-token: ["\${env:ACME_TOKEN}"] } } }
destinations:
  sms:
    type: http-sms
    credentials: { headers: { x-api-key: "\${env:ACME_TOKEN}" } }
    retry: { schedule: [0s] }
    settings:
      codePath: headers.x-code
      request: { url: "\${env:SMS}", json: { to: "{{ to }}", text: "{{ body }}" } }
  crm:
    type: webhook
    credentials: { bearer: "\${env:ACME_TOKEN}" }
    settings: { url: "\${env:CRM}" }
subscriptions:
  everything: { source: capillary, events: ["*"], destination: crm, mapping: { body: { id: "{{ event.id }}" } } }
  points-sms:
    source: capillary
    events: [pointsIssued]
    when: { data.totalPointsIssued: { $gte: 50 } }
    destination: sms
    mapping: { to: "{{ recipient.phone }}", body: "points" }
  night-sms:
    source: capillary
    events: [tierUpgraded]
    destination: sms
    mapping: { to: "{{ recipient.phone }}", body: "night" }
    messaging: { quietHours: { from: "${clock(-2)}", to: "${clock(3)}" } }
  spent-digest:
    source: capillary
    events: [pointsRedeemed]
    destination: sms
    mapping: { to: "{{ recipient.phone }}", body: "{{ digest.count }} spent" }
    messaging: { purpose: transactional, digest: 10s }
  codes-sms:
    source: capillary
    events: [customerUpdated]
    destination: sms
    mapping: { to: "{{ recipient.phone }}", body: "code" }
    messaging: { purpose: transactional }
`;
}

/** Returns the environment variables to which {@link operatorBrand} refers. */
export function operatorEnv(sms: Receiver, crm: Receiver): Record<string, string> {
  return { ACME_TOKEN, SMS: sms.url, CRM: crm.url };
}

let events = 0;

/** Sends an event of a customer and returns its id. `data` is JSON text, because some hostile keys exist only in text. */
export async function ingest(hub: TestHub, type: string, customer: number, data = ''): Promise<string> {
  events += 1;
  const ids = `"customerIdentifiers":{"customerId":${customer},"instore":{"mobile":"15005550006"}}`;
  const body =
    `{"eventName":"${type}","eventId":"operator-${events}","orgId":100001,"createdAt":${Date.now() + events},` +
    `"data":{${ids}${data === '' ? '' : `,${data}`}}}`;
  const answer = await hub.ingest('acme/capillary', body, ACME_AUTH);
  expect(answer.status).toBe(202);
  return answer.events[0]?.id ?? '';
}

/** Returns the list at a path of a JSON value; empty if there is none. */
export function listAt(value: unknown, path: string): unknown[] {
  const found: unknown = at(value, path);
  return Array.isArray(found) ? found.map((one: unknown) => one) : [];
}

/** Waits until the counts of an event's outcome are as given. */
export async function settled(hub: TestHub, id: string, counts: Readonly<Record<string, number>>): Promise<void> {
  await until(
    async () => {
      const outcome = at((await hub.admin('GET', `/v1/brands/acme/events/${id}`)).body, 'outcome');
      return Object.entries(counts).every(([name, count]) => at(outcome, name) === count) ? true : undefined;
    },
    { what: `outcome ${JSON.stringify(counts)} of event ${id}`, timeoutMs: 60_000 },
  );
}
