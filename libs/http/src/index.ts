export { timeoutAfterReads } from './after-reads.js';
export { closeConnections } from './client/agents.js';
export { RESPONSE_LIMIT } from './client/answer-body.js';
export { createHttpClient, type HttpClientOptions } from './client/create-http-client.js';
export { REQUEST_BODY_LIMIT } from './client/outbound-request.js';
export type { StopSignal } from './client/stop.js';
export { WriteDelayedError } from './client/write-delayed.error.js';
export { WriteRefusedError } from './client/write-refused.error.js';
export { createEgressPolicy, EgressAllowError, EgressRefusedError, type EgressPolicy } from './egress/egress-policy.js';
