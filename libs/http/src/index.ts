export { closeConnections } from './client/agents.js';
export { createHttpClient, RESPONSE_LIMIT, type HttpClientOptions } from './client/http-client.js';
export { REQUEST_BODY_LIMIT } from './client/outbound-request.js';
export { createEgressPolicy, EgressAllowError, EgressRefusedError, type EgressPolicy } from './egress/egress-policy.js';
