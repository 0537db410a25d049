import { crmSandbox, type SandboxDefinition } from '@patchbay/testing';
import type { PlantedValues, Secrets } from './planted.js';

/** Fake CRM of the brand, which returns the contact data of customers. */
export function crmOf({ resolver, enrichment }: PlantedValues, { pathSecret }: Secrets): SandboxDefinition {
  return crmSandbox(() => [
    {
      name: 'contact',
      method: 'GET',
      path: `/${pathSecret}/contacts/:id`,
      handle: () => ({
        status: 200,
        body: {
          mobile: resolver.phone,
          email: resolver.email,
          first: resolver.firstName,
          last: resolver.lastName,
          device: resolver.deviceToken,
        },
      }),
    },
    {
      name: 'profile',
      method: 'GET',
      path: `/${pathSecret}/profiles/:id`,
      handle: () => ({
        status: 200,
        body: { address: enrichment.address, card: enrichment.card, birthday: enrichment.birthday },
      }),
    },
    { name: 'lookup', method: 'GET', path: `/${pathSecret}/lookup`, handle: () => ({ status: 200, body: {} }) },
  ]);
}
