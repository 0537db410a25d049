import { crmSandbox } from '../sandbox/crm-sandbox.js';
import type { SandboxDefinition } from '../sandbox/sandbox-definition.js';
import type { Person } from './example-events.js';

/** Sandbox of the CRM that the examples use as recipient resolver. All these people consent to messages. */
export function exampleCrm(people: readonly Person[]): SandboxDefinition {
  return crmSandbox(() => [
    {
      name: 'contact',
      method: 'GET',
      path: '/contacts/:id',
      handle: ({ params }) => {
        const person = people.find(({ customerId }) => customerId === params.id);
        if (person === undefined) return { status: 404, body: {} };
        const { mobile, email, language, device } = person;
        return {
          status: 200,
          body: { mobile: `+${mobile}`, email, language, device, smsOptIn: 'yes', emailOptIn: 'yes' },
        };
      },
    },
  ]);
}
