/** The brand that the suite speaks as. */
export const BRAND = 'chaos';
export const INGEST_PATH = `/v1/ingest/${BRAND}/shop`;
export const INGEST_HEADERS = { 'x-chaos-token': 'invented-source-token' };

/**
 * Every event goes to all of them. Two send again what is unconfirmed: their receiver may get it twice, which is counted.
 * Two hold it for a person: their receiver may never get it twice.
 */
export const DESTINATIONS = ['retries-1', 'retries-2', 'holds-1', 'holds-2'] as const;
export type DestinationName = (typeof DESTINATIONS)[number];

/** What is sent again goes there: under `hold` each delivery of a replay is taken once, or not at all and held. */
export const REPLAYED_TO: DestinationName = 'holds-2';

/** Whether a destination's `onUnconfirmed` is `hold`. */
export function holds(destination: string): boolean {
  return destination.startsWith('holds');
}

const CALL_TIMEOUT_MS = 1_500;
/** Short, and long enough that nothing dies of bad luck while the receiver is away. */
const SCHEDULE = ['0s', '0s', ...Array.from({ length: 40 }, () => '1s')].join(', ');

/** Its file. */
export const BRAND_FILE = `
brand: ${BRAND}
timezone: Europe/Berlin
privacy: standard
sources:
  shop:
    adapter: json
    auth: { headers: { x-chaos-token: ["\${env:CHAOS_TOKEN}"] } }
destinations:
${DESTINATIONS.map(destinationYaml).join('')}
subscriptions:
${DESTINATIONS.map(subscriptionYaml).join('')}
`;

/** Variables that the suite's brand files refer to. */
export function brandEnvironment(sinkUrl: string): Record<string, string> {
  return { CHAOS_TOKEN: INGEST_HEADERS['x-chaos-token'], CHAOS_BEARER: 'invented-bearer', CHAOS_SINK: sinkUrl };
}

function destinationYaml(name: DestinationName): string {
  const onUnconfirmed = holds(name) ? 'hold' : 'retry';
  return `  ${name}:
    type: webhook
    credentials: { bearer: "\${env:CHAOS_BEARER}" }
    settings: { url: "\${env:CHAOS_SINK}/${name}" }
    limits: { concurrency: 100, timeoutMs: ${CALL_TIMEOUT_MS} }
    retry: { schedule: [${SCHEDULE}], onUnconfirmed: ${onUnconfirmed} }
`;
}

function subscriptionYaml(name: DestinationName): string {
  return `  to-${name}:
    source: shop
    events: ["*"]
    destination: ${name}
    mapping: { body: { refs: "{{ data.ref }}", event: "{{ event.id }}" } }
`;
}
