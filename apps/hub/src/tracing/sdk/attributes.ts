import type { Attributes } from '@opentelemetry/api';
import type { AttemptOutcome, IngestAnswer } from '@patchbay/core';
import type { QueueNames, TracedCallback, TracedIngestCall } from '../hub-traces.js';

const INGEST_ROUTE = '/v1/ingest/:brand/:source';
const CALLBACK_ROUTE = '/v1/callbacks/:destinationId/:token';

/** HTTP status of each answer to an ingest call. */
export const ANSWER_STATUS: Readonly<Record<IngestAnswer['kind'], number>> = {
  stored: 202,
  unauthorised: 401,
  tooLarge: 413,
  busy: 429,
};

/** Outcomes that are not failures of the attempt. */
export const GOOD_OUTCOMES: ReadonlySet<AttemptOutcome['kind'] | 'release'> = new Set([
  ...(['accepted', 'pending', 'confirmed', 'deferred', 'suppressed', 'cancelled', 'superseded'] as const),
  ...(['noRecipient', 'noConsent', 'release'] as const),
]);

/** Returns the attributes of an ingest call, by the conventions for HTTP servers. */
export function ingestAttributes({ method, scheme, brand, source }: TracedIngestCall): Attributes {
  return {
    ...serverAttributes(method, INGEST_ROUTE, scheme),
    'url.path': `/v1/ingest/${brand}/${source}`,
    'patchbay.brand': brand,
    'patchbay.source': source,
  };
}

/** Returns the attributes of a status callback. Its path contains a secret, so they contain only the route. */
export function callbackAttributes({ method, scheme }: TracedCallback, names: QueueNames): Attributes {
  return {
    ...serverAttributes(method, CALLBACK_ROUTE, scheme),
    ...nameAttributes(names),
    'url.path': CALLBACK_ROUTE,
    'http.response.status_code': 204,
  };
}

function serverAttributes(method: string, route: string, scheme: string): Attributes {
  return { 'http.request.method': method, 'http.route': route, 'url.scheme': scheme };
}

/** Returns the attributes of a request to a vendor, by the conventions for HTTP clients. */
export function requestAttributes(method: string, url: string): Attributes {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined) return { 'http.request.method': method };
  return {
    'http.request.method': method,
    'url.full': url,
    'server.address': target.hostname,
    'server.port': Number(target.port) || (target.protocol === 'http:' ? 80 : 443),
  };
}

/** Operations of messaging, with their types in the conventions for messaging. */
const OPERATION_TYPES = { commit: 'send', claim: 'receive', attempt: 'process', batch: 'process' } as const;

/** Returns the attributes of a step of an event's way, by the conventions for messaging. */
export function messagingAttributes(operation: keyof typeof OPERATION_TYPES, destination: string): Attributes {
  return {
    'messaging.system': 'patchbay',
    'messaging.operation.name': operation,
    'messaging.operation.type': OPERATION_TYPES[operation],
    'messaging.destination.name': destination,
  };
}

/** Returns the names of a destination as attributes. */
export function nameAttributes({ brand, destination, type }: QueueNames): Attributes {
  return { 'patchbay.brand': brand, 'patchbay.destination': destination, 'patchbay.destination.type': type };
}

/** Returns the name of a destination in the names of spans: `acme/sms`. */
export function queueName({ brand, destination }: QueueNames): string {
  return `${brand}/${destination}`;
}
