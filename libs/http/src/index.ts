export { afterReads, timeoutAfterReads } from './after-reads.js';
export { createAxios } from './axios/create-axios.js';
export { RESPONSE_LIMIT } from './client/answer-body.js';
export { classifyFailure, hasSystemCode } from './client/classify-failure.js';
export { closeConnections, createHttpClient, type HttpClientOptions } from './client/create-http-client.js';
export { WriteDelayedError, WriteRefusedError, type StopSignal } from './client/exchange.js';
export {
  encodedBody,
  outboundHeaders,
  REQUEST_BODY_LIMIT,
  RequestChecks,
  targetUrl,
} from './client/outbound-request.js';
export { openSocket } from './client/open-socket.js';
export { createEgressPolicy, EgressAllowError, EgressRefusedError, type EgressPolicy } from './egress/egress-policy.js';
