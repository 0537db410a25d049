import { Agent as HttpAgent, createServer, type IncomingMessage, type Server } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileError, PlaceError, type OpenFile } from '@patchbay/core';
import { S3Place } from './s3-place.js';

const KEY = 'AKIAINVENTED';
/** Number of keys per page of the fake. */
const PAGE = 2;

/**
 * Fake of Amazon S3 with the two calls that a place makes, written from its documentation. ListObjectsV2 has pages, and
 * GetObject takes a range and a condition.
 */
class FakeS3 {
  readonly objects = new Map<string, string>();
  readonly requests: string[] = [];
  /** Status of all answers; null to answer as S3 does. */
  status: number | null = null;
  /** Text at the end of a list. */
  padding = '';
  private readonly server: Server = createServer((request, response) => {
    const { status, headers, body } = this.answer(request);
    response.writeHead(status, headers).end(body);
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  etag(key: string): string {
    return `"${createHash('md5')
      .update(this.objects.get(key) ?? '')
      .digest('hex')}"`;
  }

  private answer({ url = '', headers }: IncomingMessage): {
    status: number;
    headers: Record<string, string>;
    body: string;
  } {
    const { pathname, searchParams } = new URL(url, 'http://s3');
    this.requests.push(`${pathname}${headers.range === undefined ? '' : ` ${headers.range}`}`);
    const xml = { 'content-type': 'application/xml' };
    const error = (status: number, code: string) => ({
      status,
      headers: xml,
      body: `<Error><Code>${code}</Code></Error>`,
    });
    if (this.status !== null) return error(this.status, 'Refused');
    if (headers.authorization?.startsWith(`AWS4-HMAC-SHA256 Credential=${KEY}/`) !== true)
      return error(403, 'AccessDenied');
    const key = decodeURIComponent(pathname.replace(/^\/exports\/?/, ''));
    if (key === '') return { status: 200, headers: xml, body: this.list(searchParams) };
    const content = this.objects.get(key);
    if (content === undefined) return error(404, 'NoSuchKey');
    if (headers['if-match'] !== this.etag(key)) return error(412, 'PreconditionFailed');
    const [, from = '0'] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
    return { status: 206, headers: { etag: this.etag(key) }, body: content.slice(Number(from)) };
  }

  private list(query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? '';
    const keys = [...this.objects.keys()].filter(
      (key) => key.startsWith(prefix) && !key.slice(prefix.length).includes('/'),
    );
    const start = Number(query.get('continuation-token') ?? '0');
    const page = keys.sort().slice(start, start + PAGE);
    const next = start + PAGE < keys.length ? `<NextContinuationToken>${start + PAGE}</NextContinuationToken>` : '';
    const contents = page.map(
      (key) =>
        `<Contents><Key>${key}</Key><ETag>${this.etag(key).replaceAll('"', '&quot;')}</ETag><Size>${this.objects.get(key)?.length ?? 0}</Size></Contents>`,
    );
    return `<?xml version="1.0"?><ListBucketResult><Name>exports</Name><IsTruncated>${next !== ''}</IsTruncated>${contents.join('')}${next}${this.padding}</ListBucketResult>`;
  }
}

describe('S3Place', () => {
  let s3: FakeS3;
  let endpoint: string;
  let place: S3Place;
  beforeEach(async () => {
    s3 = new FakeS3();
    endpoint = await s3.start();
    place = openPlace();
  });
  afterEach(async () => {
    await place.close();
    s3.stop();
  });

  function openPlace(accessKeyId = KEY): S3Place {
    const spec = { bucket: 'exports', prefix: 'nightly/', region: 'ap-south-1', endpoint };
    const agents = { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent() };
    return new S3Place({ ...spec, accessKeyId, secretAccessKey: 'invented-secret' }, agents, '*.csv');
  }
  async function read(open: OpenFile, from = 0): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const bytes of open(from)) parts.push(bytes);
    return Buffer.concat(parts).toString();
  }

  it('lists all pages of the files below the prefix', async () => {
    for (const name of ['1.csv', '2.csv', '3.csv', '4.txt', 'deep/5.csv']) s3.objects.set(`nightly/${name}`, 'a\n1\n');
    s3.objects.set('other.csv', 'a\n');
    const files = await place.list();
    expect(files.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['1.csv', 4],
      ['2.csv', 4],
      ['3.csv', 4],
    ]);
    expect(files[0]?.version).toBe(s3.etag('nightly/1.csv'));
  });

  it('refuses a list of more than 4 MiB', async () => {
    s3.objects.set('nightly/1.csv', 'a\n1\n');
    s3.padding = `<Padding>${'x'.repeat(4 * 1024 * 1024)}</Padding>`;
    await expect(place.list()).rejects.toThrow(PlaceError);
    await expect(place.list()).rejects.toThrow('more than 4 MiB');
  });

  it('reads an object of more than 4 MiB', async () => {
    const content = 'x'.repeat(5 * 1024 * 1024);
    s3.objects.set('nightly/1.csv', content);
    const [file] = await place.list();
    expect(file && (await read(place.open(file))).length).toBe(content.length);
  });

  it('reads the listed version from an offset, and no other version', async () => {
    s3.objects.set('nightly/1.csv', 'a,b\n1,2\n');
    const [file] = await place.list();
    if (file === undefined) throw new Error('The file is not listed.');
    expect(await read(place.open(file), 4)).toBe('1,2\n');
    expect(s3.requests.at(-1)).toBe('/exports/nightly/1.csv bytes=4-');
    expect(await read(place.open(file), 8)).toBe('');
    s3.objects.set('nightly/1.csv', 'a,b\n3,4\n');
    await expect(read(place.open(file))).rejects.toThrow(FileError);
    s3.objects.clear();
    await expect(read(place.open(file))).rejects.toThrow('was changed or removed');
  });

  it('says what to check if S3 refuses the list, without the secret', async () => {
    await place.close();
    place = openPlace('AKIAOTHER');
    await expect(place.list()).rejects.toThrow(FileError);
    await expect(place.list()).rejects.toThrow(/answered 403.*Check the bucket/);
    await expect(place.list()).rejects.not.toThrow('invented-secret');
  });

  it('fails with another error if S3 is unavailable', async () => {
    s3.status = 503;
    await expect(place.list()).rejects.not.toThrow(FileError);
  });
});
