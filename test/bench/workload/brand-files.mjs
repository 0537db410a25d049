import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_TYPE } from './event.mjs';
import { MESSAGE_TEMPLATE } from './message.mjs';
import { brandName } from './scenarios.mjs';

/** Concurrency of each destination. The baseline `limit` uses the same number. */
export const CONCURRENCY = 200;

/** Name of the source into which `--backfill` imports a file. No subscription takes its events. */
export const FILE_SOURCE = 'history';
const FILE_EVENT = {
  type: 'orderPlaced',
  id: '{{ row.order }}',
  occurredAt: '{{ row.placed_at }}',
  customerId: '{{ row.member }}',
  data: { order: '{{ row.order }}', amount: '{{ row.amount | plus: 0 }}', mobile: '{{ row.mobile }}' },
};

/** Variables that `${env:…}` in the brand files refers to. */
export function brandEnvironment(sinkUrl, token) {
  return {
    BENCH_SINK: sinkUrl,
    BENCH_TOKEN: token,
    BENCH_SIGNING_SECRET: 'whsec_YmVuY2htYXJrLXNpZ25pbmctc2VjcmV0LTAwMDAwMDAx',
  };
}

/** Creates the hub's configuration folder with one file per brand. */
export function writeBrandFiles(directory, scenario) {
  mkdirSync(join(directory, 'brands'), { recursive: true });
  writeFileSync(join(directory, 'patchbay.yaml'), '{}\n');
  for (let index = 0; index < scenario.brands; index++) {
    const name = brandName(index);
    // Every JSON text is also valid YAML.
    writeFileSync(join(directory, 'brands', `${name}.yaml`), JSON.stringify(brandFile(name, scenario), null, 2));
  }
}

function brandFile(brand, { fanOut, subscriptionsPerBrand }) {
  return {
    brand,
    timezone: 'Asia/Kolkata',
    privacy: 'standard',
    sources: {
      loyalty: { adapter: 'capillary', auth: { headers: { 'x-bench-token': ['${env:BENCH_TOKEN}'] } } },
      [FILE_SOURCE]: { adapter: 'file', files: { format: 'csv', event: FILE_EVENT } },
    },
    destinations: named(fanOut, (n) => [`sink-${n}`, destination(brand, n)]),
    subscriptions: named(subscriptionsPerBrand, (n) => [`points-${n}`, subscription(n, fanOut)]),
  };
}

function destination(brand, n) {
  return {
    type: 'webhook',
    credentials: { signingSecrets: ['${env:BENCH_SIGNING_SECRET}'] },
    settings: { url: `\${env:BENCH_SINK}/${brand}/${n}` },
    limits: { concurrency: CONCURRENCY },
  };
}

/**
 * Creates a subscription. The first `fanOut` subscriptions of a brand match the event. The others do not match, but the
 * hub evaluates their filters too.
 */
function subscription(n, fanOut) {
  const matches = n < fanOut;
  return {
    source: 'loyalty',
    events: [EVENT_TYPE],
    when: matches ? { 'data.totalPointsIssued': { $gte: 50 }, 'data.loyaltyProgramId': 3007 } : misses(n),
    destination: `sink-${matches ? n : 0}`,
    mapping: { body: MESSAGE_TEMPLATE },
  };
}

function misses(n) {
  switch (n % 4) {
    case 0:
      return { 'data.totalPointsIssued': { $gte: 1_000 + n } };
    case 1:
      return { 'data.loyaltyProgramId': { $in: [1, 2, n] } };
    case 2:
      return { $and: [{ 'data.programCurrentPoints': { $gt: 0 } }, { 'data.regularPointsIssued': { $lt: n } }] };
    default:
      return { 'data.triggeringActivity.name': { $startsWith: 'Goodwill' } };
  }
}

function named(count, entry) {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => entry(n)));
}
