import { createHash, createHmac } from 'node:crypto';

/** What a signature covers of a request. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Uint8Array;
}

/** Whom a request says it is from. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  /** Whether this secret made it. */
  isBy(secretAccessKey: string): boolean;
}

/**
 * Reads the `Authorization` of "AWS Signature Version 4 for API requests", and computes it again. Written for the sandbox,
 * from the documentation and not from the SDK. Undefined where there is none, or one of another form.
 */
export function signatureOf({ method, target, headers, rawBody }: SignedRequest): Signature | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
  const match = form.exec(headers.authorization ?? '');
  if (!match) return undefined;
  const [, accessKeyId = '', day = '', region = '', service = '', signedHeaders = '', signature = ''] = match;
  const at = headers['x-amz-date'] ?? '';
  if (!at.startsWith(day) || !signedHeaders.split(';').includes('host')) return undefined;

  const [path = '/', query = ''] = target.split('?', 2);
  const canonicalRequest = [
    method,
    // Each part of the path is encoded once more, as for every service but S3.
    path.split('/').map(encodeURIComponent).join('/'),
    query.split('&').sort().join('&'),
    ...signedHeaders.split(';').map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    signedHeaders,
    sha256(rawBody),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', at, `${day}/${region}/${service}/aws4_request`, sha256(canonicalRequest)].join(
    '\n',
  );
  return {
    accessKeyId,
    region,
    service,
    isBy(secretAccessKey) {
      const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
      return hmac(key, text).toString('hex') === signature;
    },
  };
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
