import type { JsonObject } from '@patchbay/core';
import { defineSandbox, type SandboxAnswer, type SandboxDefinition, type SandboxRequest } from '@patchbay/testing';

/** Contact in the invented CRM. */
export interface CrmContact {
  readonly mobile: string;
  readonly email: string;
  readonly device?: string;
  readonly smsOptIn?: boolean;
}

export const CRM_TOKEN = 'invented-crm-token';

/**
 * Fakes a brand's own CRM with typical endpoints. The first endpoint returns one contact by its id. The second endpoint
 * returns several contacts by a list of ids in the path. The third endpoint is a search, which takes ids in the body
 * and returns a page.
 */
export function fakeCrm(contacts: Readonly<Record<string, CrmContact>>): SandboxDefinition {
  const known = (id: string): JsonObject | undefined => {
    const contact = Object.hasOwn(contacts, id) ? contacts[id] : undefined;
    return contact === undefined ? undefined : { id, ...contact };
  };
  const authorized =
    (handle: (request: SandboxRequest) => SandboxAnswer) =>
    (request: SandboxRequest): SandboxAnswer =>
      request.bearer() === CRM_TOKEN ? handle(request) : { status: 401, body: { error: 'credentials are missing' } };

  return defineSandbox({
    type: 'crm',
    label: 'CRM',
    credentials: { token: CRM_TOKEN },
    wrongCredentials: { token: 'wrong' },
    settings: (baseUrl) => ({ url: `${baseUrl}/contacts/{{ event.customerId }}` }),
    message: {},
    errors: [],
    start: () => [
      {
        name: 'contact',
        method: 'GET',
        path: '/contacts/:id',
        sends: true,
        handle: authorized(({ params: { id = '' } }) => {
          const contact = known(decodeURIComponent(id));
          return contact === undefined
            ? { status: 404, body: { error: 'no such contact' } }
            : { status: 200, body: contact };
        }),
      },
      {
        name: 'list',
        method: 'GET',
        path: '/lists/:ids',
        handle: authorized(({ params: { ids = '' } }) => ({
          status: 200,
          body: ids.split(',').flatMap((id) => known(decodeURIComponent(id)) ?? []),
        })),
      },
      {
        name: 'search',
        method: 'POST',
        path: '/search',
        handle: authorized((request) => {
          const ids = request.jsonObject()?.['ids'];
          const found = (Array.isArray(ids) ? ids.map(String) : []).map((id) => [id, known(id) ?? null] as const);
          return { status: 200, body: { page: { total: found.length, byId: Object.fromEntries(found) } } };
        }),
      },
    ],
  });
}
