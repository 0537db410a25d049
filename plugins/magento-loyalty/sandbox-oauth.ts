import { createHmac } from 'node:crypto';

/** Integration of the store ("System > Integrations"), as Magento stores it. */
export interface Integration {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly accessToken: string;
  readonly accessTokenSecret: string;
}

/** Parts of a call that its signature covers. */
export interface SignedCall {
  readonly method: string;
  /** Absolute URL with the query exactly as received. */
  readonly url: string;
  readonly authorization: string;
  /** Time of the call in milliseconds since the epoch. */
  readonly at: number;
}

/** Reason for a refusal: an HTTP status from "OAuth error codes" and Magento's text with placeholders. */
export interface OauthRefusal {
  readonly status: 400 | 401;
  readonly message: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

const REQUIRED = ['consumer_key', 'signature', 'signature_method', 'nonce', 'timestamp', 'token'];
const CLOCK_TOLERANCE_SECONDS = 600;

/**
 * The store's side of OAuth 1.0a, from "OAuth-based authentication" and "OAuth error codes". Parameters of the header
 * and of the raw query are percent-decoded, encoded again byte by byte and sorted. Only HMAC-SHA256 is accepted, and
 * each nonce only once.
 */
export class OauthVerifier {
  private readonly nonces = new Set<string>();

  constructor(private readonly integration: Integration) {}

  /** Returns the reason why the store refuses a call; undefined if the signature is valid. */
  refusal({ method, url, authorization, at }: SignedCall): OauthRefusal | undefined {
    const [address = '', query = ''] = url.split('?');
    const protocol = headerParameters(authorization);
    const given = (name: string): string => protocol.get(`oauth_${name}`) ?? '';
    const missing = REQUIRED.find((name) => given(name) === '');
    if (missing !== undefined) {
      return {
        status: 400,
        message: '"%fieldName" is required. Enter and try again.',
        parameters: { fieldName: `oauth_${missing}` },
      };
    }
    if (protocol.has('oauth_version') && given('version') !== '1.0') {
      return { status: 400, message: 'The "%1" Oauth version isn\'t supported.' };
    }
    if (given('signature_method') !== 'HMAC-SHA256') {
      return { status: 400, message: 'Signature method %1 is not supported' };
    }
    if (given('consumer_key').length !== 32) {
      return { status: 401, message: 'Consumer key is not the correct length' };
    }
    if (given('consumer_key') !== this.integration.consumerKey) {
      return { status: 401, message: 'A consumer having the specified key does not exist' };
    }
    const seconds = Number(given('timestamp'));
    if (!(seconds > 0) || seconds > at / 1_000 + CLOCK_TOLERANCE_SECONDS) {
      return { status: 400, message: 'The timestamp value in the oauth_timestamp parameter is incorrect' };
    }
    if (this.nonces.has(given('nonce'))) {
      return { status: 401, message: 'The nonce is already being used by the consumer with ID %1.' };
    }
    if (given('token') !== this.integration.accessToken) {
      return { status: 401, message: 'Specified token does not exist' };
    }
    this.nonces.add(given('nonce'));
    const covered = new Map([...queryParameters(query), ...protocol]);
    covered.delete('oauth_signature');
    if (given('signature') === this.sign(method, address, covered)) return undefined;
    return { status: 401, message: 'The signature is invalid. Verify and try again.' };
  }

  private sign(method: string, address: string, covered: ReadonlyMap<string, string>): string {
    const encoded = [...covered].map(([name, value]) => ({ name: rawurlencode(name), value: rawurlencode(value) }));
    encoded.sort((one, other) => (one.name < other.name ? -1 : 1));
    const parameters = encoded.map(({ name, value }) => `${name}=${value}`).join('&');
    const base = [method.toUpperCase(), rawurlencode(address), rawurlencode(parameters)].join('&');
    const key = [this.integration.consumerSecret, this.integration.accessTokenSecret].map(rawurlencode).join('&');
    return createHmac('sha256', key).update(base).digest('base64');
  }
}

/** Parses the parameters of an `authorization` header: `OAuth name="value", …`. */
function headerParameters(authorization: string): Map<string, string> {
  const pairs = authorization.replace(/^OAuth /i, '').split(',');
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...rest] = pair.trim().split('=');
      return [decodeURIComponent(name), decodeURIComponent(rest.join('=').replace(/^"|"$/g, ''))];
    }),
  );
}

function queryParameters(query: string): [string, string][] {
  const pairs = query.split('&').map((pair) => pair.split('='));
  return pairs
    .filter((pair) => pair.length === 2)
    .map(([name = '', value = '']) => [decodeURIComponent(name), decodeURIComponent(value)]);
}

/** Encodes a text as PHP's rawurlencode does: every byte except letters, digits and `-_.~`. */
function rawurlencode(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9\-_.~]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
