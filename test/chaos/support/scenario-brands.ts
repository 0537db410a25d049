import type { Cap } from '../checks/caps.js';
import type { RateLimits } from '../checks/rates.js';
import { BATCH_SIZE } from './brand.js';

/** Time zone of the brand with quiet hours. */
const ZONE = 'Asia/Kolkata';
const MINUTE_MS = 60_000;
const RETRY = `{ schedule: [0s, 0s, ${Array.from({ length: 40 }, () => '1s').join(', ')}]`;

/** Headers with which senders call every source of the scenarios. */
export const SOURCE_HEADERS = { 'x-chaos-token': 'invented-source-token' };

/**
 * Brand in pii-less mode that gets CloudEvents. One of its destinations keeps the order per customer, another has a
 * rate limit. The destination `gathered` keeps the order per customer and gets batches of large messages.
 */
export const ACCOUNTS = {
  brand: 'accounts',
  path: '/v1/ingest/accounts/core',
  ordered: 'ordered',
  limited: 'limited',
  gathered: 'gathered',
};
/** Limits of the calls with several messages. `bytes` is the limit of the webhook plugin. */
export const BATCH_LIMITS = { size: BATCH_SIZE, bytes: 262_144 };
/** Filler of a message, so that fewer messages than {@link BATCH_SIZE} fit into a call: four texts of 8,000 characters. */
const FILLER = JSON.stringify(Array<string>(4).fill('x'.repeat(8_000)));
export const LIMITED: RateLimits = { ratePerSecond: 20, burst: 1, concurrency: 5 };

/** Standard brand with messaging rules. Each rule has a separate destination. */
export const MESSAGES = {
  brand: 'messages',
  path: '/v1/ingest/messages/app',
  quiet: 'quiet',
  awake: 'awake',
  capped: 'capped',
  digest: 'digest',
  first: 'first',
  second: 'second',
};
export const CAP: Cap = { max: 3, perMs: 86_400_000 };
/**
 * Time in milliseconds after which messages in quiet hours expire, so that a round can end before the quiet hours end.
 */
export const QUIET_EXPIRES_MS = 8_000;

/** Time span in milliseconds since the epoch. */
export interface WallSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * Returns quiet hours that include a round starting at `now`. A process whose wall clock is 10 minutes fast or slow
 * sees a current time outside these quiet hours.
 */
export function quietSpanAround(now: number): WallSpan {
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return { from: minute - 3 * MINUTE_MS, to: minute + 7 * MINUTE_MS };
}

/** Brand file of {@link ACCOUNTS}. */
export const ACCOUNTS_FILE = `
brand: ${ACCOUNTS.brand}
timezone: America/New_York
privacy: { mode: pii-less, keep: [data.ref] }
sources:
  core:
    adapter: cloudevents
    auth: { headers: { x-chaos-token: ["\${env:CHAOS_TOKEN}"] } }
destinations:
  ${ACCOUNTS.ordered}:
    type: webhook
    credentials: { bearer: "\${env:CHAOS_BEARER}" }
    settings: { url: "\${env:CHAOS_SINK}/${ACCOUNTS.ordered}" }
    limits: { concurrency: 50, timeoutMs: 1500 }
    retry: ${RETRY}, onUnconfirmed: retry }
  ${ACCOUNTS.limited}:
    type: webhook
    credentials: { bearer: "\${env:CHAOS_BEARER}" }
    settings: { url: "\${env:CHAOS_SINK}/${ACCOUNTS.limited}" }
    limits: { ratePerSecond: ${LIMITED.ratePerSecond}, concurrency: ${LIMITED.concurrency}, timeoutMs: 1500 }
    retry: ${RETRY}, onUnconfirmed: retry }
  ${ACCOUNTS.gathered}:
    type: webhook
    credentials: { bearer: "\${env:CHAOS_BEARER}" }
    settings: { url: "\${env:CHAOS_SINK}/${ACCOUNTS.gathered}", batch: { size: ${BATCH_SIZE}, within: 100 } }
    limits: { timeoutMs: 1500 }
    retry: ${RETRY}, onUnconfirmed: retry }
subscriptions:
  balances:
    source: core
    events: [balanceChanged]
    destination: ${ACCOUNTS.ordered}
    mapping: { body: { refs: "{{ data.ref }}" } }
    ordering: { by: customer }
  statements:
    source: core
    events: [statementIssued]
    destination: ${ACCOUNTS.limited}
    mapping: { body: { refs: "{{ data.ref }}" } }
  profiles:
    source: core
    events: [profileChanged]
    destination: ${ACCOUNTS.gathered}
    mapping: { body: { refs: "{{ data.ref }}", event: "{{ event.id }}", filler: ${FILLER} } }
    ordering: { by: customer }
`;

/** Returns the brand file of {@link MESSAGES} with the quiet hours of one round. */
export function messagesFile(span: WallSpan): string {
  const { quiet, awake, capped, digest, first, second } = MESSAGES;
  const later = { from: span.to + 5 * MINUTE_MS, to: span.to + 60 * MINUTE_MS };
  const one = 'body: "{{ data.ref }}"';
  return `
brand: ${MESSAGES.brand}
timezone: ${ZONE}
privacy: standard
messaging: { caps: { sms: { max: ${CAP.max}, per: 1d } } }
sources:
  app:
    adapter: json
    auth: { headers: { x-chaos-token: ["\${env:CHAOS_TOKEN}"] } }
destinations:
${[quiet, awake, capped, digest, second].map((name) => gatewayYaml(name, 'retry')).join('')}${gatewayYaml(first, 'hold')}
subscriptions:
  ${quiet}:
    source: app
    events: [nightOffer]
    destination: ${quiet}
    mapping: { to: "+15005550006", ${one} }
    messaging: { purpose: transactional, quietHours: ${hours(span)}, expireAfter: ${QUIET_EXPIRES_MS / 1_000}s }
  ${awake}:
    source: app
    events: [dayOffer]
    destination: ${awake}
    mapping: { to: "+15005550006", ${one} }
    messaging: { purpose: transactional, quietHours: ${hours(later)} }
  ${capped}:
    source: app
    events: [promotion]
    destination: ${capped}
    mapping: { to: "+15005550006", ${one} }
    messaging: { purpose: promotional }
  ${digest}:
    source: app
    events: [purchase]
    destination: ${digest}
    mapping: { to: "+15005550006", body: "{{ digest.events | map: 'data.ref' | join: ' ' }}" }
    messaging: { purpose: transactional, digest: 2s }
  ${first}:
    source: app
    events: [alert]
    destination: ${first}
    mapping: { to: "+15005550006", ${one} }
    messaging:
      purpose: transactional
      fallback:
        - { destination: ${second}, on: [rejected, undelivered], mapping: { to: "+15005550006", ${one} } }
`;
}

/** Returns the YAML of an SMS gateway that sends status callbacks. */
function gatewayYaml(name: string, onUnconfirmed: 'retry' | 'hold'): string {
  return `  ${name}:
    type: http-sms
    credentials: { headers: { authorization: "\${env:CHAOS_BEARER}" } }
    settings:
      request: { url: "\${env:CHAOS_SINK}/${name}", json: { to: "{{ to }}", refs: "{{ body }}", report: "{{ callbackUrl }}" } }
      callback: { path: body.state, statuses: { undelivered: [UNDELIVERED] } }
    limits: { concurrency: 20, timeoutMs: 1500 }
    retry: ${RETRY}, onUnconfirmed: ${onUnconfirmed} }
`;
}

function hours({ from, to }: WallSpan): string {
  return `{ from: "${timeOfDay(from)}", to: "${timeOfDay(to)}" }`;
}

function timeOfDay(at: number): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}
