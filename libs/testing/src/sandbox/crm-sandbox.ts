import { defineSandbox, type SandboxDefinition } from './sandbox-definition.js';

/** A brand's own system, by its routes: it has no settings or credentials of a vendor. */
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
