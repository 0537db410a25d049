/** Brand of the events whose three records are compared: acknowledged, received and stored. */
export const BRAND = 'chaos';
export const INGEST_PATH = `/v1/ingest/${BRAND}/shop`;
export const INGEST_HEADERS = { 'x-chaos-token': 'invented-source-token' };

/**
 * Destinations of every event. Two destinations retry unconfirmed deliveries, so their receiver may get a message
 * twice; the suite counts these repeats. Two destinations hold unconfirmed deliveries for a person, so their receiver
 * must not get a message twice. Only the destinations that retry get messages from memory.
 *
 * The destination `batched` gets up to {@link BATCH_SIZE} messages per call. It repeats a batch whose answer was lost,
 * and holds the messages of a batch that cannot be repeated as a whole. Its receiver refuses nothing, because it could
 * only refuse whole calls.
 */
export const DESTINATIONS = ['retries-1', 'retries-2', 'holds-1', 'holds-2', 'batched'] as const;
export type DestinationName = (typeof DESTINATIONS)[number];

/** Name of the destination that gets several messages per call. */
export const BATCHED: DestinationName = 'batched';
/** Maximum number of messages in a call of a destination with batches. */
export const BATCH_SIZE = 10;

/**
 * Destination of replays. This destination holds unconfirmed deliveries, so it gets each delivery of a replay at most
 * once.
 */
export const REPLAYED_TO: DestinationName = 'holds-2';

/** Returns true if the destination's `onUnconfirmed` is `hold`. */
export function holds(destination: string): boolean {
  return destination.startsWith('holds');
}

/** Time limit of a call, in milliseconds. */
export const CALL_TIMEOUT_MS = 1_500;
/** Retry schedule with short intervals, and with enough attempts to outlast any outage of the receiver. */
const SCHEDULE = ['0s', '0s', ...Array.from({ length: 40 }, () => '1s')].join(', ');

/**
 * Returns the brand file of {@link BRAND}.
 * @param timeoutMs time limit of a call, which changes of the configuration vary
 */
export function brandFileWith(timeoutMs = CALL_TIMEOUT_MS): string {
  return `
brand: ${BRAND}
timezone: Europe/Berlin
privacy: standard
sources:
  shop:
    adapter: json
    auth: { headers: { x-chaos-token: ["\${env:CHAOS_TOKEN}"] } }
destinations:
${DESTINATIONS.map((name) => destinationYaml(name, timeoutMs)).join('')}
subscriptions:
${DESTINATIONS.map(subscriptionYaml).join('')}
`;
}

/** Returns the environment variables to which the suite's brand files refer. */
export function brandEnvironment(sinkUrl: string): Record<string, string> {
  return { CHAOS_TOKEN: INGEST_HEADERS['x-chaos-token'], CHAOS_BEARER: 'invented-bearer', CHAOS_SINK: sinkUrl };
}

/** Returns true if an unconfirmed delivery of the destination may wait for a person. */
export function mayHold(destination: string): boolean {
  return holds(destination) || destination === BATCHED;
}

function destinationYaml(name: DestinationName, timeoutMs: number): string {
  const onUnconfirmed = holds(name) ? 'hold' : 'retry';
  // A destination with a limit belongs to one process, and only this process may send to it from memory.
  const concurrency = holds(name) ? 'concurrency: 100, ' : '';
  const batch = name === BATCHED ? `, batch: { size: ${BATCH_SIZE}, within: 100 }` : '';
  return `  ${name}:
    type: webhook
    credentials: { bearer: "\${env:CHAOS_BEARER}" }
    settings: { url: "\${env:CHAOS_SINK}/${name}"${batch} }
    limits: { ${concurrency}timeoutMs: ${timeoutMs} }
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
