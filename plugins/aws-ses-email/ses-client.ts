import {
  isSuccess,
  jsonObjectIn,
  parseJson,
  withVendorFields,
  type AwsCredentials,
  type DestinationContext,
  type HttpClient,
  type HttpResponse,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import type { SESv2Client, SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import type { AwsSesEmailCredentials, AwsSesEmailSettings } from './aws-ses-email.dto.js';
import { sesError } from './errors.js';

/**
 * Loads the SDK with the first message, because loading takes half a second, which a hub without SES must not spend at
 * boot.
 */
export async function sesSdk() {
  return await import('@aws-sdk/client-sesv2');
}

/** Request of the SDK, signed and ready to be sent, limited to the properties that this file uses. */
interface SignedRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

type Context = DestinationContext<AwsSesEmailCredentials, AwsSesEmailSettings>;

/** Returns the brand's own credentials if it has an access key, otherwise the hub's. */
function credentialsOf({
  credentials: { accessKeyId, secretAccessKey, sessionToken },
  awsCredentials,
}: Pick<Context, 'credentials' | 'awsCredentials'>): AwsCredentials | Promise<AwsCredentials> {
  return accessKeyId === undefined || secretAccessKey === undefined
    ? awsCredentials()
    : { accessKeyId, secretAccessKey, sessionToken };
}

/** Headers that the hub's HTTP client sets itself, with the values that the SDK has signed. */
const HEADERS_OF_THE_HUB = new Set(['host', 'content-length', 'user-agent']);

/**
 * Creates an SES client for one call, based on the hub's HTTP client. The client makes one attempt, opens no sockets
 * itself, and stops when the hub stops. All values that the SDK would read from the environment or a home directory are
 * set explicitly.
 * @param vendor further fields of "SendEmail"
 */
export async function sesClient(
  context: Pick<Context, 'http' | 'now' | 'credentials' | 'settings' | 'awsCredentials'>,
  vendor?: JsonObject,
): Promise<SESv2Client> {
  const { http, now, settings } = context;
  const { region } = settings;
  const { accessKeyId, secretAccessKey, sessionToken } = await credentialsOf(context);
  const { SESv2Client: Client } = await sesSdk();
  const config: SESv2ClientConfig = {
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    endpoint: settings.baseUrl ?? `https://email.${region}.${domainOf(region)}`,
    // The SDK signs with the clock of the host. This offset corrects the host's time to the time of the hub.
    // eslint-disable-next-line no-restricted-syntax
    systemClockOffset: now() - Date.now(),
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: ['sigv4'],
    userAgentAppId: () => Promise.resolve(undefined),
    requestHandler: { handle: (request: SignedRequest) => exchange(http, request, settings) },
  };
  const client = new Client(config);
  if (vendor === undefined) return client;
  // The fields are added before the request is signed, and to its text, because the SDK omits fields that it does not know.
  const options = { step: 'build', priority: 'high', name: 'vendorFields' } as const;
  client.middlewareStack.add((next) => (args) => next({ ...args, request: withFields(args.request, vendor) }), options);
  return client;
}

/** Fields of "SendEmail" that only the plugin sets. */
const RESERVED = ['Destination'];

function withFields(request: unknown, vendor: JsonObject): unknown {
  if (typeof request !== 'object' || request === null || !('body' in request)) return request;
  const { body } = request;
  const fields = typeof body === 'string' || body instanceof Uint8Array ? jsonObjectIn(body) : undefined;
  return Object.assign(request, { body: JSON.stringify(withVendorFields(fields ?? {}, vendor, RESERVED)) });
}

/**
 * Sends a request. Throws the classified error, because the SDK's exception contains the vendor's texts and does not
 * contain the Retry-After header.
 */
async function exchange(http: HttpClient, request: SignedRequest, settings: AwsSesEmailSettings) {
  const { protocol, hostname, port, path, headers, body } = request;
  const reads = request.method === 'GET';
  const response = await http.exchange({
    method: reads ? 'GET' : 'POST',
    url: `${protocol}//${hostname}${port === undefined ? '' : `:${String(port)}`}${path}`,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !HEADERS_OF_THE_HUB.has(name))),
    ...(reads ? { readsOnly: true } : { body: body ?? '' }),
  });
  if (!isSuccess(response)) throw sesError(response, settings);
  return { response: { statusCode: response.status, headers: response.headers, body: bodyOf(response) } };
}

/** Returns the body. A 2xx status means that SES accepted the message, even if the body is not valid JSON. */
function bodyOf({ text }: HttpResponse): Uint8Array {
  return Buffer.from(parseJson(text) === undefined ? '{}' : text);
}

function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
