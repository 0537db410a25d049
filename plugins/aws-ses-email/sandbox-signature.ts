import { createHash, createHmac } from 'node:crypto';

/** Parts of a request that a signature covers. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query of the request, as received. */
  readonly target: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Uint8Array;
}

/** Access key that a request names, and the check of the request's signature. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  /** Returns true if this secret made the signature. */
  isBy(secretAccessKey: string): boolean;
}

/**
 * Parses the `Authorization` header of "AWS Signature Version 4 for API requests" and computes the signature again.
 * Written from the documentation, not from the SDK. Returns undefined if the header is absent or has another format.
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
    // AWS encodes each path segment once more for all services except S3.
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
