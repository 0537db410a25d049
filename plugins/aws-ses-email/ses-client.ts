import { parseJson, type DestinationContext, type HttpClient, type HttpResponse } from '@patchbay/plugin-sdk';
import type { SESv2Client, SESv2ClientConfig } from '@aws-sdk/client-sesv2';
import type { AwsSesEmailCredentials, AwsSesEmailSettings } from './aws-ses-email.dto.js';
import { sesError } from './ses-errors.js';

/** Loaded with the first message: the SDK takes half a second that a hub without SES need not spend at boot. */
export async function sesSdk() {
  return await import('@aws-sdk/client-sesv2');
}

/** What the SDK hands to its request handler, as far as it is used: signed and ready to go. */
interface SignedRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

/** What the hub's client says by itself, signed or not. The values are the same. */
const HEADERS_OF_THE_HUB = new Set(['host', 'content-length', 'user-agent']);

/**
 * SES's client, one for each call, speaking through the hub's own HTTP client: it tries once, opens no socket and stops
 * when the hub stops. Everything that the SDK would look up in the environment or in a home directory is said outright.
 */
export async function sesClient(
  { http, now }: Pick<DestinationContext<object, object>, 'http' | 'now'>,
  { accessKeyId, secretAccessKey }: AwsSesEmailCredentials,
  settings: AwsSesEmailSettings,
): Promise<SESv2Client> {
  const { region } = settings;
  const { SESv2Client: Client } = await sesSdk();
  const config: SESv2ClientConfig = {
    region,
    credentials: { accessKeyId, secretAccessKey },
    endpoint: settings.baseUrl ?? `https://email.${region}.${domainOf(region)}`,
    // The SDK signs by the clock of the host; this makes it the clock of the hub.
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
  return new Client(config);
}

/** Throws the classified error itself: the SDK's own exception keeps the answer's words and drops Retry-After. */
async function exchange(http: HttpClient, request: SignedRequest, settings: AwsSesEmailSettings) {
  const { protocol, hostname, port, path, headers, body } = request;
  const reads = request.method === 'GET';
  const response = await http.exchange({
    method: reads ? 'GET' : 'POST',
    url: `${protocol}//${hostname}${port === undefined ? '' : `:${String(port)}`}${path}`,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !HEADERS_OF_THE_HUB.has(name))),
    ...(reads ? { readsOnly: true } : { body: body ?? '' }),
  });
  if (response.status < 200 || response.status > 299) throw sesError(response, settings);
  return { response: { statusCode: response.status, headers: response.headers, body: bodyOf(response) } };
}

/** A 2xx means that SES took the message, whatever became of the answer's body. */
function bodyOf({ text }: HttpResponse): Uint8Array {
  return Buffer.from(parseJson(text) === undefined ? '{}' : text);
}

function domainOf(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}
