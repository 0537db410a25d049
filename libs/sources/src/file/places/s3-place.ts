import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { FileChangedError, PlaceError, type FilePlace, type ListedFile, type S3PlaceSpec } from '@patchbay/core';
import { isWanted, MAX_FILES } from './file-filter.js';
import { changed } from './folder-place.js';

const REQUEST_TIMEOUT_MS = 30_000;
/** Maximum number of pages of a list. A page has at most 1,000 keys (page "ListObjectsV2"). */
const MAX_PAGES = 100;

/** Largest answer that is kept in memory, in bytes. A page of 1,000 keys is smaller. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Agents whose connections pass the egress guard. */
export interface GuardedAgents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** Bucket of Amazon S3, or of another service with the same API. */
export class S3Place implements FilePlace {
  private readonly client: S3Client;
  private readonly prefix: string;

  constructor(
    private readonly spec: S3PlaceSpec,
    agents: GuardedAgents,
    private readonly match?: string,
  ) {
    const { region, endpoint, accessKeyId, secretAccessKey, prefix = '' } = spec;
    this.prefix = prefix;
    this.client = new S3Client({
      region,
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 3,
      requestHandler: {
        ...agents,
        connectionTimeout: REQUEST_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        // Without this option, the handler only logs a warning.
        throwOnRequestTimeout: true,
      },
    });
    this.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (!(commandName === 'GetObjectCommand' && isSuccess(answer.response))) await keepInMemory(answer.response);
          return answer;
        },
      { step: 'deserialize', priority: 'low' },
    );
  }

  async list(): Promise<readonly ListedFile[]> {
    const files: ListedFile[] = [];
    const { bucket: Bucket } = this.spec;
    let token: string | undefined;
    for (let pages = 1; ; pages += 1) {
      const page = await this.client
        .send(new ListObjectsV2Command({ Bucket, Prefix: this.prefix, Delimiter: '/', ContinuationToken: token }))
        .catch(refused);
      for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
        const name = Key.slice(this.prefix.length);
        if (name !== '' && isWanted(name, this.match)) files.push({ name, sizeBytes: Size, version: ETag });
      }
      token = page.NextContinuationToken;
      if (token === undefined || files.length >= MAX_FILES) return files.slice(0, MAX_FILES);
      if (pages === MAX_PAGES) {
        throw new PlaceError(
          'The bucket has more than 100,000 keys below the prefix. Choose a longer prefix in files.from.',
        );
      }
    }
  }

  open({ name, version, sizeBytes }: ListedFile) {
    const { client, prefix, spec } = this;
    return async function* (offset: number): AsyncGenerator<Uint8Array> {
      // S3 refuses a range after the end of the object.
      if (offset >= sizeBytes) return;
      const input = { Bucket: spec.bucket, Key: `${prefix}${name}`, IfMatch: version, Range: `bytes=${offset}-` };
      const { Body } = await client.send(new GetObjectCommand(input)).catch((error: unknown) => {
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        throw status === 412 || status === 404 ? new FileChangedError(changed(name)) : error;
      });
      if (!(Body instanceof Readable)) throw new Error('S3 returned an object without a body.');
      for await (const bytes of Body) if (bytes instanceof Uint8Array) yield bytes;
    };
  }

  close(): Promise<void> {
    this.client.destroy();
    return Promise.resolve();
  }
}

function isSuccess(response: unknown): boolean {
  const status: unknown = typeof response === 'object' && response !== null && Reflect.get(response, 'statusCode');
  return typeof status === 'number' && status < 300;
}

/** Replaces the body of a response by its bytes. Throws a PlaceError if they are too many. */
async function keepInMemory(response: unknown): Promise<void> {
  if (typeof response !== 'object' || response === null || !('body' in response)) return;
  if (!(response.body instanceof Readable)) return;
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of response.body) {
    if (!(bytes instanceof Uint8Array)) continue;
    length += bytes.length;
    if (length > MAX_ANSWER_BYTES) {
      throw new PlaceError(
        'S3 answered the list of the bucket with more than 4 MiB. Check the endpoint in files.from.',
      );
    }
    parts.push(bytes);
  }
  response.body = Buffer.concat(parts);
}

/** Throws a PlaceError for an answer that a person has to resolve, without the text of the answer. */
function refused(error: unknown): never {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  if (status === undefined || status === 429 || status >= 500) throw error;
  throw new PlaceError(
    `S3 answered ${status} to the list of the bucket. Check the bucket, the region, the keys and their permissions ` +
      '(s3:ListBucket and s3:GetObject).',
  );
}
