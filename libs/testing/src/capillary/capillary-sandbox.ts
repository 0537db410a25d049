import { createHash } from 'node:crypto';
import { defineSandbox, type SandboxDefinition, type SandboxRoute } from '../sandbox/sandbox-definition.js';
import type { SandboxRequest } from '../sandbox/sandbox-request.js';
import { capillaryError, v3Error, type CapillaryHandler } from './capillary-answers.js';
import { CapillaryCustomers } from './capillary-customers.js';
import { CapillaryEvents } from './capillary-events.js';
import { CapillaryWebhooks } from './capillary-webhooks.js';

export const CAPILLARY_KEY = 'invented-api-client-key';
export const CAPILLARY_SECRET = 'invented-api-client-secret';
/** User of a till, for Basic authentication. */
export const CAPILLARY_TILL = { username: 'till.one', password: 'invented-till-password' } as const;

/** Capillary's APIs as a sandbox, with functions that act as Capillary itself. */
export interface CapillarySandbox {
  /** Pass it to `startSandbox` or `new Sandbox`. */
  readonly definition: SandboxDefinition;
  readonly customers: CapillaryCustomers;
  readonly webhooks: CapillaryWebhooks;
  readonly events: CapillaryEvents;
  /** Tokens issued so far, newest last. */
  readonly tokens: readonly string[];
  /** Lifetime of new tokens, in seconds. */
  ttlSeconds: number;
  /** Revokes every token issued so far. */
  withdrawTokens(): void;
}

/**
 * Creates a sandbox of Capillary's APIs: tokens, customers, balances, transactions, webhooks, and the log and metrics of
 * consumer groups.
 *
 * Written from Capillary's documentation: the pages "OAuth", "Basic authentication", "Get customer details", "Get points
 * balance" and "Get transaction details". Errors are from "Response codes", webhooks from "Add webhook" and "Update
 * webhook", and metrics from "Get event metrics".
 */
export function capillarySandbox(): CapillarySandbox {
  const given: string[] = [];
  const withdrawn = new Set<string>();
  const customers = new CapillaryCustomers();
  const webhooks = new CapillaryWebhooks();
  const events = new CapillaryEvents(webhooks);
  const basic = `${CAPILLARY_TILL.username}:${createHash('md5').update(CAPILLARY_TILL.password).digest('hex')}`;

  function knows(request: SandboxRequest): boolean {
    const token = request.headers['x-cap-api-oauth-token'];
    if (token !== undefined) return given.includes(token) && !withdrawn.has(token);
    const user = request.basic();
    return user !== undefined && `${user.username}:${user.password}` === basic;
  }
  const authorized =
    (handle: CapillaryHandler): CapillaryHandler =>
    (request) =>
      knows(request) ? handle(request) : capillaryError(401, 401, 'Authentication failed');

  const sandbox: CapillarySandbox = {
    definition: defineSandbox({
      type: 'capillary',
      label: 'Capillary',
      credentials: { key: CAPILLARY_KEY, secret: CAPILLARY_SECRET },
      wrongCredentials: { key: CAPILLARY_KEY, secret: 'wrong' },
      settings: (baseUrl) => ({ baseUrl }),
      message: {},
      errors: [],
      start: (frame) => [
        tokenRoute(sandbox, given, (text) => frame.violation(text)),
        ...customers.routes(authorized),
        ...webhooks.routes(authorized),
        ...events.routes(authorized),
      ],
    }),
    customers,
    webhooks,
    events,
    tokens: given,
    ttlSeconds: 300,
    withdrawTokens: () => {
      for (const token of given) withdrawn.add(token);
    },
  };
  return sandbox;
}

function tokenRoute(
  sandbox: Pick<CapillarySandbox, 'ttlSeconds'>,
  given: string[],
  violation: (text: string) => void,
): SandboxRoute {
  return {
    name: 'token',
    method: 'POST',
    path: '/v3/oauth/token/generate',
    handle: (request) => {
      const { key, secret } = request.jsonObject() ?? {};
      if (request.headers['content-type'] !== 'application/json') violation('a token request must have a JSON body');
      if (key !== CAPILLARY_KEY || secret !== CAPILLARY_SECRET) return v3Error(401, 401, 'Authentication failed');
      const accessToken = `header.${String(given.length + 1)}.signature`;
      given.push(accessToken);
      return { status: 200, body: { data: { accessToken, ttlSeconds: sandbox.ttlSeconds }, errors: null } };
    },
  };
}
