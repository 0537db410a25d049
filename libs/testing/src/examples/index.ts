export { exampleCrm } from './example-crm.js';
export { flowText, exampleBrand, objectAt, yaml, EXAMPLES, FRAME, FLOWS, MESSAGE_STATUS } from './example-brand.js';
export { eventOf, type Person, ASHA, LAYLA } from './example-events.js';
export { type ExpectedText, type Expected, EXPECTED } from './expected-messages.js';
export { sandboxBrand, EXAMPLE_HEADER, type SandboxBrandOptions, type SandboxBrand } from './sandbox-brand.js';
