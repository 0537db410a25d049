import { createHash, randomUUID } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import {
  answer,
  defineSandbox,
  requestSchema,
  type DocumentedError,
  type SandboxAnswer,
  type SandboxRequest,
  type SandboxRoute,
} from '@patchbay/testing';
import { magentoError, StoreCustomers, textOf, type StoreAnswer } from './sandbox-customers.js';
import { OauthVerifier } from './sandbox-oauth.js';
import { LOGIN_BODY, WRITE_BODY } from './sandbox-schemas.js';

/*
 * A store of Magento 2.4 or Adobe Commerce (PaaS) below /rest, and a tenant of Adobe Commerce as a Cloud Service
 * (SaaS). Sources in AdobeDocs/commerce-webapi: admin-schema-2.4.9, accs-schema, "Token-based authentication", "OAuth
 * error codes", "Server-to-server Authentication"; "Asynchronous web endpoints", "Bulk operation status endpoints",
 * "Status codes and responses", "Rate limiting".
 */

const INTEGRATION = {
  consumerKey: 'sandboxconsumerkey00000000000001',
  consumerSecret: 'sandboxconsumersecret+/000000001',
  accessToken: 'sandboxaccesstoken00000000000001',
  accessTokenSecret: 'sandboxaccesstokensecret&=000001',
};
/**
 * This store accepts the access token as a standalone bearer token. Since Magento 2.4.4, this setting is off by
 * default.
 */
const BEARER = 'sandboxbearertoken00000000000001';
const ADMIN = { username: 'patchbay', password: 'sandbox-admin-password-0001' };
/** Administrator with two-factor authentication, which is on by default since 2.4. */
const ADMIN_2FA = { username: 'patchbay-2fa', password: 'sandbox-admin-password-0002' };
const IMS = { clientId: 'sandbox-ims-client', clientSecret: 'sandbox-ims-client-secret-01', orgId: '0001@SandboxOrg' };
const TENANT = 'sandbox-tenant';
const CONSUMER_MS = 50;
const RESOURCE = 'Magento_Customer::customer';

const checkWrite = requestSchema(WRITE_BODY);
const checkLogin = requestSchema(LOGIN_BODY);

/** Write that waits in the message queue. */
interface Operation {
  result?: StoreAnswer;
}

/**
 * Returns an operation three times: for a store with its code in the path, for a store without the code, and for a
 * cloud tenant.
 */
function everywhere(
  name: string,
  method: string,
  operation: string,
  handle: SandboxRoute['handle'],
  { sends = false, prefix = '' } = {},
): SandboxRoute[] {
  // "Asynchronous web endpoints": /async is before /V1 on PaaS, and after it on SaaS.
  return [`/rest/default/${prefix}V1/`, `/rest/${prefix}V1/`, `/${TENANT}/V1/${prefix}`].map((root) => ({
    name,
    method,
    path: root + operation,
    sends,
    handle,
  }));
}

const unauthorized = (): SandboxAnswer =>
  magentoError(401, "The consumer isn't authorized to access %resources.", { resources: RESOURCE });

export default defineSandbox({
  type: 'magento-loyalty',
  label: 'Magento',
  credentials: { oauth1: INTEGRATION },
  wrongCredentials: { oauth1: { ...INTEGRATION, consumerSecret: 'sandboxconsumersecretofyesterday' } },
  waitsBecause: 'a write in the queue of the store must end before the lock of the customer is released',
  storedSettings: [{ baseUrl: 'https://shop.acme.example', storeCode: 'default', websiteId: 1 }],
  settings: (baseUrl) => ({ baseUrl, storeCode: 'default', websiteId: 1 }),
  message: {
    match: 'asha@example.com',
    customAttributes: { loyalty_points: 1120, loyalty_last_activity: 'pointsIssued' },
    groupId: 3,
  },
  samples: [
    {
      name: 'a new customer',
      settings: () => ({ createCustomers: true }),
      message: {
        match: 'new@example.com',
        create: { email: 'new@example.com', firstname: 'Asha', lastname: 'Rao' },
      },
    },
    {
      name: 'further fields',
      message: {
        match: 'asha@example.com',
        vendor: { customer: { dob: '1990-01-31', extension_attributes: { is_subscribed: true } } },
      },
    },
  ],

  start(frame) {
    const verifier = new OauthVerifier(INTEGRATION);
    const customers = new StoreCustomers();
    const queue = new Map<string, Operation>();
    const adminTokens = new Set<string>();
    const imsTokens = new Set<string>();

    /** Returns the store's error for a caller without authorization; undefined if the caller is authorized. */
    const refusal = (request: SandboxRequest): SandboxAnswer | undefined => {
      const { authorization = '', host = '' } = request.headers;
      if (request.path.startsWith(`/${TENANT}/`)) {
        if (!imsTokens.has(request.bearer() ?? '')) {
          return { status: 401, body: { error_code: '401013', message: 'Oauth token is not valid' } };
        }
        const org = request.headers['x-gw-ims-org-id'];
        const known = request.headers['x-api-key'] === IMS.clientId && (org === undefined || org === IMS.orgId);
        return known ? undefined : { status: 403, body: { error_code: '403000', message: 'Api Key is invalid' } };
      }
      if (/^OAuth /i.test(authorization)) {
        const { method, at, target } = request;
        const oauth = verifier.refusal({ method, at, authorization, url: `http://${host}${target}` });
        return oauth && magentoError(oauth.status, oauth.message, oauth.parameters ?? []);
      }
      const token = request.bearer() ?? '';
      return token === BEARER || adminTokens.has(token) ? undefined : unauthorized();
    };
    const guarded = (handle: SandboxRoute['handle']) => (request: SandboxRequest) =>
      refusal(request) ?? handle(request);

    const write = (customer: JsonObject, request: SandboxRequest): StoreAnswer =>
      customers.replace(customer, new Date(request.at).toISOString().slice(0, 19).replace('T', ' '));
    const receive = (request: SandboxRequest, customer: JsonObject, status: string, externalId?: string): void => {
      const { email, group_id: group } = customer;
      const values = Array.isArray(customer.custom_attributes) ? customer.custom_attributes.filter(isJsonObject) : [];
      const shown = values.map(({ attribute_code: code, value }) => `${textOf(code)}=${textOf(value)}`).join(', ');
      frame.receive(
        {
          to: typeof email === 'string' ? email : null,
          text: `group ${textOf(group)}: ${shown}`,
          status,
          ...(externalId !== undefined && { externalId }),
        },
        request,
      );
    };
    /** Handles a request whose body contains a customer. */
    const taking = (take: (customer: JsonObject, request: SandboxRequest) => SandboxAnswer) =>
      guarded((request) => {
        const body = request.jsonObject();
        for (const problem of checkWrite(body)) frame.violation(`PUT customers: ${problem}`);
        if (!isJsonObject(body?.customer)) {
          return magentoError(400, '"%fieldName" is required. Enter and try again.', { fieldName: 'customer' });
        }
        if (textOf(body.customer.id) !== request.params.id) frame.violation('The ids in path and body differ.');
        return take(body.customer, request);
      });

    return [
      ...everywhere(
        'search',
        'GET',
        'customers/search',
        guarded((request) => {
          // Some versions of Magento decode an unescaped + as a plus, others as a space. Only %20 and %2B are
          // unambiguous.
          if (request.target.includes('+')) frame.violation('The query contains a bare +.');
          return customers.search(request.query);
        }),
      ),
      ...everywhere(
        'read',
        'GET',
        'customers/:id',
        guarded((request) => customers.read(request.params.id ?? '')),
      ),
      ...everywhere(
        'create',
        'POST',
        'customers',
        guarded((request) => {
          const body = request.jsonObject();
          for (const problem of checkWrite(body)) frame.violation(`POST customers: ${problem}`);
          const result = customers.create(isJsonObject(body?.customer) ? body.customer : {}, new Date(request.at));
          if (result.status === 200 && isJsonObject(result.body)) receive(request, result.body, 'created');
          return result;
        }),
      ),
      ...everywhere(
        'write',
        'PUT',
        'customers/:id',
        taking((customer, request) => {
          const result = write(customer, request);
          if (result.status === 200 && isJsonObject(result.body)) receive(request, result.body, 'saved');
          return result;
        }),
        { sends: true },
      ),
      ...everywhere(
        'enqueue',
        'PUT',
        'customers/:id',
        taking((customer, request) => {
          const uuid = randomUUID();
          const operation: Operation = {};
          queue.set(uuid, operation);
          // The queue's consumer processes a write later, even if no client reads the status of the write.
          setTimeout(() => {
            operation.result = write(customer, request);
            frame.mark(uuid, operation.result.status === 200 ? 'complete' : 'failed');
          }, CONSUMER_MS).unref();
          receive(request, customer, 'open', uuid);
          const hash = createHash('sha256').update(request.rawBody).digest('hex');
          const items = [{ id: 0, data_hash: hash, status: 'accepted' }];
          return { status: 202, body: { bulk_uuid: uuid, request_items: items, errors: false } };
        }),
        { sends: true, prefix: 'async/' },
      ),
      ...everywhere(
        'bulk-status',
        'GET',
        'bulk/:uuid/status',
        guarded((request) => {
          const uuid = request.params.uuid ?? '';
          const operation = queue.get(uuid);
          if (!operation) {
            return magentoError(404, 'No such entity with %fieldName = %fieldValue', {
              fieldName: 'bulkUuid',
              fieldValue: uuid,
            });
          }
          return { status: 200, body: bulkStatus(uuid, operation.result) };
        }),
      ),
      {
        name: 'admin-token',
        method: 'POST',
        path: '/rest/V1/integration/admin/token',
        handle(request) {
          const body = request.jsonObject();
          for (const problem of checkLogin(body)) frame.violation(`POST integration/admin/token: ${problem}`);
          if (body?.username === ADMIN_2FA.username && body.password === ADMIN_2FA.password) {
            const words = 'Please use the 2fa provider-specific endpoints to obtain a token.';
            return magentoError(401, words, { active_providers: ['google'] });
          }
          if (body?.username !== ADMIN.username || body.password !== ADMIN.password) {
            return magentoError(
              401,
              'The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.',
            );
          }
          const token = `sandboxadmintoken${String(adminTokens.size + 1).padStart(15, '0')}`;
          adminTokens.add(token);
          return { status: 200, body: JSON.stringify(token), headers: { 'content-type': 'application/json' } };
        },
      },
      {
        name: 'ims-token',
        method: 'POST',
        path: '/ims/token/v3',
        handle(request) {
          const form = request.form();
          if (form.get('client_id') !== IMS.clientId || form.get('client_secret') !== IMS.clientSecret) {
            return { status: 401, body: { error: 'invalid_client', error_description: 'invalid client credentials' } };
          }
          if (form.get('grant_type') !== 'client_credentials') {
            return { status: 400, body: { error: 'unsupported_grant_type' } };
          }
          if (form.get('scope')?.split(',').includes('commerce.accs') !== true) {
            return { status: 400, body: { error: 'invalid_scope' } };
          }
          const token = `sandbox-ims-token-${String(imsTokens.size + 1)}`;
          imsTokens.add(token);
          return { status: 200, body: { access_token: token, token_type: 'bearer', expires_in: 86_399 } };
        },
      },
      {
        // Route for specs: an administrator revokes all tokens, and IMS invalidates the tokens that it issued.
        name: 'revoke',
        method: 'POST',
        path: '/revoke',
        handle() {
          adminTokens.clear();
          imsTokens.clear();
          return { status: 204 };
        },
      },
      {
        name: 'other',
        method: '*',
        path: '*',
        handle: () => magentoError(404, 'Request does not match any route.'),
      },
    ];
  },

  errors: [
    refused('a customer who is not in the store', { message: { match: 'nobody@example.com' } }),
    refused('an e-mail on two websites without websiteId', {
      message: { match: 'twin@example.com' },
      settings: { websiteId: null },
    }),
    refused('a group that does not exist', { message: { groupId: 99 } }, 404),
    refused(
      '400 with several errors',
      {
        behaviour: answer(400, {
          message: 'One or more input exceptions have occurred.',
          errors: [
            { message: '"%fieldName" is required. Enter and try again.', parameters: { fieldName: 'firstname' } },
            {
              message: 'Invalid value of "%value" provided for the %fieldName field.',
              parameters: { fieldName: 'regionId', value: '12' },
            },
          ],
        }),
      },
      400,
    ),
    refused(
      '404 the customer was deleted meanwhile',
      {
        behaviour: answer(404, {
          message: 'No such entity with %fieldName = %fieldValue',
          parameters: { fieldName: 'customerId', fieldValue: 42 },
        }),
      },
      404,
    ),
    refused('405', { behaviour: answer(405, { message: 'Requested method is not allowed' }) }, 405),
    refused(
      '406',
      { behaviour: answer(406, { message: 'Server cannot match any of the given Accept HTTP header media type(s)' }) },
      406,
    ),
    credentials('a store code that does not exist', 404, { settings: { storeCode: 'nowhere' } }),
    credentials('an integration whose secret is wrong', 401, {
      credentials: { oauth1: { ...INTEGRATION, accessTokenSecret: 'sandboxaccesstokensecretyesterda' } },
    }),
    credentials('an unknown consumer key', 401, {
      credentials: { oauth1: { ...INTEGRATION, consumerKey: 'sandboxconsumerkey00000000000009' } },
    }),
    credentials('an access token as bearer that the store does not allow', 401, {
      credentials: { oauth1: null, bearerToken: INTEGRATION.accessToken },
    }),
    credentials('400 timestamp_refused: a wrong clock', 400, {
      behaviour: answer(400, { message: 'The timestamp value in the oauth_timestamp parameter is incorrect' }),
    }),
    credentials('400 signature_method_rejected', 400, {
      behaviour: answer(400, { message: 'Signature method %1 is not supported', parameters: ['HMAC-SHA256'] }),
    }),
    credentials('403 from the gateway', 403, {
      behaviour: answer(403, { error_code: '403003', message: 'Api Key is invalid' }),
    }),
    transient('401 nonce_used: the next attempt uses another nonce', 401, {
      message: 'The nonce is already being used by the consumer with ID %1.',
      parameters: [7],
    }),
    {
      name: '429 without a Retry-After',
      behaviour: answer(429, { message: 'Too Many Requests', trace: null }),
      expected: { kind: 'throttled', status: 429 },
    },
    transient('500 with a report', 500, {
      message: 'Internal Error. Details are available in Magento log file. Report ID: webapi-57d7bf41422a0',
    }),
    transient('503 maintenance mode', 503, '<!doctype html><title>503 Service Temporarily Unavailable</title>'),
    transient('502 from a proxy', 502, '<html>502 Bad Gateway</html>'),
    transient('504 from a proxy', 504, ''),
  ],

  repeatable: true,
});

type Provocation = Omit<DocumentedError, 'name' | 'expected'>;

function refused(name: string, provocation: Provocation, status?: number): DocumentedError {
  return { name, ...provocation, expected: { kind: 'rejected', ...(status !== undefined && { status }) } };
}

function credentials(name: string, status: number, provocation: Provocation): DocumentedError {
  return { name, ...provocation, expected: { kind: 'credentials', status } };
}

function transient(name: string, status: number, body: Json): DocumentedError {
  return { name, behaviour: answer(status, body), expected: { kind: 'transient', status } };
}

/**
 * Returns the state of a queued write, from "Bulk operation status endpoints": 1 complete, 3 failed permanently, 4
 * open.
 */
function bulkStatus(uuid: string, result: StoreAnswer | undefined): JsonObject {
  const words = isJsonObject(result?.body) && result.status !== 200 ? result.body.message : undefined;
  const operation: JsonObject = {
    id: 0,
    status: result === undefined ? 4 : result.status === 200 ? 1 : 3,
    result_message:
      result === undefined
        ? null
        : (words ?? 'Service execution success Magento\\Customer\\Api\\CustomerRepositoryInterface::save'),
    error_code: result === undefined || result.status === 200 ? null : result.status,
  };
  return {
    operations_list: [operation],
    user_type: 1,
    bulk_id: uuid,
    description: 'Topic async.magento.customer.api.customerrepositoryinterface.save.put',
    start_time: '2026-01-31 10:00:00',
    user_id: 1,
    operation_count: 1,
  };
}

/** Further credentials, and the tenant of the cloud service, for the plugin's specs. */
export const STORE = {
  integration: INTEGRATION,
  bearer: BEARER,
  admin: ADMIN,
  admin2fa: ADMIN_2FA,
  ims: IMS,
  tenant: TENANT,
} as const;
