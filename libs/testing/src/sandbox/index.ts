export { answer, throttle, type SandboxAnswer, type Behaviour, Script } from './behaviour.js';
export { crmSandbox } from './crm-sandbox.js';
export { discoverSandboxes, loadSandbox } from './discover-sandboxes.js';
export { inventedRsaKey } from './invented-rsa-key.js';
export { requestSchema, type RequestCheck } from './request-schema.js';
export { type InboxMessage, Sandbox } from './sandbox.js';
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
  type SandboxDefinition,
} from './sandbox-definition.js';
export { flatHeaders, SandboxRequest } from './sandbox-request.js';
export { startSandbox, type StartedSandbox } from './start-sandbox.js';
