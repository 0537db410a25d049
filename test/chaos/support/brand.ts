/** The brand that the suite speaks as. */
export const BRAND = 'chaos';
export const INGEST_PATH = `/v1/ingest/${BRAND}/shop`;
export const INGEST_HEADERS = { 'x-chaos-token': 'invented-source-token' };

/** Sends what is unconfirmed again; its receiver may get it twice, which `sent twice` counts. */
export const RETRIES = 'retries';
/** Holds what is unconfirmed for a person; its receiver may never get it twice. */
export const HOLDS = 'holds';
export const DESTINATIONS = [RETRIES, HOLDS] as const;

const CALL_TIMEOUT_MS = 1_500;
/** Short, and long enough that nothing dies of bad luck while the receiver is away. */
const SCHEDULE = ['0s', '0s', ...Array.from({ length: 40 }, () => '1s')].join(', ');

/** Its file: every event goes to both destinations. */
export const BRAND_FILE = `
brand: ${BRAND}
timezone: Europe/Berlin
privacy: standard
sources:
  shop:
    adapter: json
    auth: { headers: { x-chaos-token: ["\${env:CHAOS_TOKEN}"] } }
destinations:
${DESTINATIONS.map(destination).join('')}
subscriptions:
${DESTINATIONS.map(subscription).join('')}
`;

/** What `${env:…}` in it finds. */
export function brandEnvironment(sinkUrl: string): Record<string, string> {
  return { CHAOS_TOKEN: INGEST_HEADERS['x-chaos-token'], CHAOS_BEARER: 'invented-bearer', CHAOS_SINK: sinkUrl };
}

function destination(name: (typeof DESTINATIONS)[number]): string {
  const onUnconfirmed = name === HOLDS ? 'hold' : 'retry';
  return `  ${name}:
    type: webhook
    credentials: { bearer: "\${env:CHAOS_BEARER}" }
    settings: { url: "\${env:CHAOS_SINK}/${name}" }
    limits: { concurrency: 100, timeoutMs: ${CALL_TIMEOUT_MS} }
    retry: { schedule: [${SCHEDULE}], onUnconfirmed: ${onUnconfirmed} }
`;
}

function subscription(name: (typeof DESTINATIONS)[number]): string {
  return `  to-${name}:
    source: shop
    events: ["*"]
    destination: ${name}
    mapping: { body: { event: "{{ event.id }}", refuse: "{{ data.refuse }}" } }
`;
}
