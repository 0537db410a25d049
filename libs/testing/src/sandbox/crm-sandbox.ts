import { defineSandbox, type SandboxDefinition } from './sandbox-definition.js';

/** Returns a sandbox for a brand's own system. Such a sandbox needs only routes, no vendor settings or credentials. */
export function crmSandbox(start: SandboxDefinition['start']): SandboxDefinition {
  return defineSandbox({
    type: 'crm',
    label: 'CRM',
    credentials: {},
    wrongCredentials: {},
    settings: () => ({}),
    message: {},
    errors: [],
    start,
  });
}
