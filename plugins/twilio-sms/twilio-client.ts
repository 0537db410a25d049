import {
  asText,
  basicAuth,
  isJson,
  isJsonObject,
  isSuccess,
  jsonObjectIn,
  withVendorFields,
  type HttpClient,
  type JsonObject,
} from '@patchbay/plugin-sdk';
import type { Twilio } from 'twilio';
import { twilioError } from './errors.js';
import type { TwilioSmsCredentials, TwilioSmsSettings } from './twilio-sms.dto.js';

/**
 * Loads the SDK with the first message, because loading takes 100 ms, which a hub without Twilio must not spend at
 * boot.
 */
export async function twilioSdk() {
  return (await import('twilio')).default;
}

/** Parameters that only the plugin sets. */
const RESERVED = ['To', 'StatusCallback'];

/**
 * Creates Twilio's client, based on the hub's HTTP client.
 * @param vendor further parameters of requests that send something
 */
export async function twilioClient(
  http: HttpClient,
  credentials: TwilioSmsCredentials,
  settings: TwilioSmsSettings,
  vendor?: JsonObject,
): Promise<Twilio> {
  const sdk = await twilioSdk();
  type SdkClient = InstanceType<typeof sdk.RequestClient>;
  type SdkResponse = NonNullable<SdkClient['lastResponse']>;

  class HubRequestClient extends sdk.RequestClient {
    /**
     * Sends a request. Throws the classified error, because the SDK's exception does not contain the Retry-After
     * header.
     */
    override async request(
      options: Parameters<SdkClient['request']>[0],
    ): Promise<Pick<SdkResponse, keyof SdkResponse>> {
      const response = await http.exchange({
        method: options.method === 'get' ? 'GET' : 'POST',
        url: options.uri,
        headers: {
          accept: 'application/json',
          authorization: basicAuth(options.username ?? '', options.password ?? ''),
        },
        ...(options.method === 'get' ? { readsOnly: true } : { form: formOf(options.data, vendor) }),
      });
      if (!isSuccess(response)) throw twilioError(response);
      // A 2xx status means that Twilio accepted the message, even if the body is unreadable.
      const body = jsonObjectIn(response.text) ?? {};
      return { statusCode: response.status, body, headers: response.headers, toString: String };
    }
  }

  const { accountSid, authToken, apiKeySid, apiKeySecret } = credentials;
  const client = sdk(apiKeySid ?? accountSid, apiKeySecret ?? authToken, {
    accountSid,
    httpClient: new HubRequestClient(),
    // These options are set because the SDK would otherwise read their values from the hub's environment.
    edge: '',
    region: '',
    logLevel: 'error',
  });
  if (settings.baseUrl !== undefined) client.api.baseUrl = settings.baseUrl;
  return client;
}

function formOf(data: unknown, vendor: JsonObject | undefined): Record<string, string | string[]> {
  const body = isJson(data) && isJsonObject(data) ? data : {};
  const entries = Object.entries(withVendorFields(body, vendor, RESERVED)).filter(([, value]) => value !== null);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.map(asText) : asText(value)]),
  );
}
