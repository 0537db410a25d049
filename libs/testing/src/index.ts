export {
  CAPILLARY_KEY,
  CAPILLARY_SECRET,
  CAPILLARY_TILL,
  capillarySandbox,
  type CapillarySandbox,
} from './capillary/capillary-sandbox.js';
export { capillaryError } from './capillary/capillary-answers.js';
export { CAPILLARY_LOGS, type CapillaryLogForm } from './capillary/capillary-events.js';
export { sampleCustomer } from './capillary/capillary-customers.js';
export { startSandboxHub, type SandboxHub } from './hub/index.js';
export { answer, throttle, type SandboxAnswer, type Behaviour, Script } from './sandbox/behaviour.js';
export { crmSandbox } from './sandbox/crm-sandbox.js';
export { discoverSandboxes, loadSandbox } from './sandbox/discover-sandboxes.js';
export { inventedRsaKey } from './sandbox/invented-rsa-key.js';
export { OAuthVendor, type OAuthVendorOptions } from './sandbox/oauth-vendor.js';
export { requestSchema, type RequestCheck } from './sandbox/request-schema.js';
export { type InboxMessage, Sandbox } from './sandbox/sandbox.js';
export {
  callbackSamples,
  defineSandbox,
  type InboxEntry,
  type SandboxFrame,
  type SandboxRoute,
  type DocumentedError,
  type CallbackCall,
  type SandboxCallbacks,
  type CallbackSample,
  type FormerCallbackSample,
  type SandboxPolls,
  type SandboxBatch,
  type SandboxOAuth,
  type SandboxDefinition,
} from './sandbox/sandbox-definition.js';
export { flatHeaders, SandboxRequest } from './sandbox/sandbox-request.js';
export { startSandbox, type StartedSandbox } from './sandbox/start-sandbox.js';
export { SAMPLE_EVENTS, SAMPLE_RECIPIENT } from './suite/sample-events.js';
export { fileRoute, SANDBOX_FILE } from './sandbox/file-route.js';
