import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { InProcessLocks, type OAuthConnection, type OAuthTokens } from '@patchbay/core';
import { closeConnections, createEgressPolicy, createHttpClient } from '@patchbay/http';
import { ConnectionTokens } from './connection-tokens.js';
import type { OAuthClient } from './oauth-client.js';

const ID = '01890a5d-0000-7000-8000-000000000001';
const NOW = 1_795_544_400_000;
const FIRST: OAuthTokens = {
  ...{ accessToken: 'access-0', refreshToken: 'refresh-0' },
  ...{ expiresAt: NOW + 3_600_000, refreshAt: NOW + 3_540_000, scopes: null },
};

interface VendorAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Vendor whose refresh tokens work once. `answer` replaces its answers. */
class Vendor {
  readonly requests: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  answer: VendorAnswer | undefined;
  /** Called before each answer. */
  beforeAnswer: () => Promise<void> = () => Promise.resolve();
  private readonly valid = new Set(['refresh-0']);
  private count = 0;
  private readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      this.requests.push(body);
      this.headers.push(request.headers);
      const used = new URLSearchParams(body).get('refresh_token') ?? '';
      const next: VendorAnswer = this.answer ?? this.issue(used);
      void this.beforeAnswer().then(() =>
        response.writeHead(next.status, { 'content-type': 'application/json', ...next.headers }).end(next.body),
      );
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }
  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/token`;
  }

  private issue(used: string): VendorAnswer {
    if (!this.valid.delete(used)) return { status: 400, body: '{"error":"invalid_grant"}' };
    this.count += 1;
    this.valid.add(`refresh-${this.count}`);
    const issued = { access_token: `access-${this.count}`, refresh_token: `refresh-${this.count}`, expires_in: 3_600 };
    return { status: 200, body: JSON.stringify(issued) };
  }
}

/** Connection of one destination in memory, which all processes share. */
class Store {
  connection: OAuthConnection | null;
  failures = 0;
  private version = 0;

  constructor(tokenUrl: string) {
    this.connection = { version: '0', tokens: FIRST, tokenUrl, isRefused: false };
  }
  find = (): Promise<OAuthConnection | null> => Promise.resolve(this.connection);
  replace = (_id: string, version: string, tokens: OAuthTokens): Promise<boolean> => {
    if (this.failures > 0) {
      this.failures -= 1;
      return Promise.reject(new Error('the database is away'));
    }
    if (this.connection?.version !== version) return Promise.resolve(false);
    this.version += 1;
    this.connection = { ...this.connection, version: String(this.version), tokens };
    return Promise.resolve(true);
  };
  refuse = (_id: string, version: string): Promise<void> => {
    if (this.connection?.version === version) this.connection = { ...this.connection, isRefused: true };
    return Promise.resolve();
  };
}

describe('the tokens of a connected destination', () => {
  const egress = createEgressPolicy('127.0.0.1/32');
  let vendor: Vendor;
  let store: Store;
  let now: number;
  let client: OAuthClient;
  /** Two processes: each has its own memory; the locks and the store are shared. */
  let processes: readonly [ConnectionTokens, ConnectionTokens];

  beforeEach(async () => {
    vendor = new Vendor();
    await vendor.start();
    store = new Store(vendor.url);
    now = NOW;
    client = {
      ...{ clientId: 'id:1', clientSecret: 'secret & more', authorizeUrl: vendor.url, tokenUrl: vendor.url },
      ...{ scopes: [], pkce: true, authorizeParameters: {}, clientAuthentication: 'basic' },
    };
    const locks = new InProcessLocks();
    const clock = { now: () => now };
    const http = (signal: AbortSignal) => createHttpClient({ egress, signal, timeoutMs: 10_000 });
    const start = () => new ConnectionTokens({ store, locks, clock, http });
    processes = [start(), start()];
  });
  afterEach(async () => {
    closeConnections(egress);
    await vendor.stop();
  });

  const tokenOf = async (process = processes[0]): Promise<string> =>
    (await process.current(ID, client)).tokens.accessToken;

  it('are used without a request until shortly before they expire', async () => {
    now = FIRST.refreshAt! - 1;
    expect(await tokenOf()).toBe('access-0');
    expect(vendor.requests).toEqual([]);
    now += 1;
    expect(await tokenOf()).toBe('access-1');
    expect(store.connection?.tokens).toMatchObject({ refreshToken: 'refresh-1', expiresAt: now + 3_600_000 });
  });

  it('are refreshed once by all callers of all processes', async () => {
    for (const process of processes) process.drop(ID, '0');
    const calls = Array.from({ length: 20 }, (_, index) => tokenOf(processes[index % 2 === 0 ? 0 : 1]));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['access-1']));
    expect(vendor.requests).toEqual(['grant_type=refresh_token&refresh_token=refresh-0']);
    const basic = Buffer.from('id%3A1:secret+%26+more').toString('base64');
    expect(vendor.headers[0]?.authorization).toBe(`Basic ${basic}`);
  });

  it('are not refreshed again if a late caller drops an older version', async () => {
    processes[0].drop(ID, '0');
    await tokenOf();
    processes[0].drop(ID, '0');
    expect(await tokenOf()).toBe('access-1');
    expect(vendor.requests).toHaveLength(1);
  });

  it('are stored before anyone gets them, and the write is repeated', async () => {
    store.failures = 2;
    processes[0].drop(ID, '0');
    const token = tokenOf();
    expect(await token).toBe('access-1');
    expect(store.failures).toBe(0);
    expect(store.connection?.tokens.refreshToken).toBe('refresh-1');
  });

  it('are not given to anyone if they cannot be stored', async () => {
    store.failures = 1_000;
    processes[0].drop(ID, '0');
    await expect(tokenOf()).rejects.toThrow('the database is away');
    expect(store.connection?.tokens).toEqual(FIRST);
  });

  it('are lost with a process that dies between the answer and the write, so that the vendor refuses the next refresh', async () => {
    vendor.answer = undefined;
    store.failures = 1_000;
    processes[0].drop(ID, '0');
    await expect(tokenOf()).rejects.toThrow();
    store.failures = 0;
    processes[1].drop(ID, '0');
    await expect(tokenOf(processes[1])).rejects.toMatchObject({
      kind: 'credentials',
      message: expect.stringContaining('no longer accepts the connection'),
    });
    expect(store.connection?.isRefused).toBe(true);
    const requests = vendor.requests.length;
    await expect(tokenOf()).rejects.toMatchObject({ kind: 'credentials' });
    expect(vendor.requests).toHaveLength(requests);
  });

  it('keep the former refresh token and scopes if the vendor issues none', async () => {
    vendor.answer = { status: 200, body: '{"access_token":"access-x"}' };
    processes[0].drop(ID, '0');
    expect(await tokenOf()).toBe('access-x');
    expect(store.connection?.tokens).toMatchObject({ refreshToken: 'refresh-0', expiresAt: null, refreshAt: null });
  });

  it('of a new connection win over a refresh that was running', async () => {
    const tokens = { ...FIRST, accessToken: 'access-new' };
    vendor.beforeAnswer = () => {
      store.connection = { version: 'new', tokens, tokenUrl: client.tokenUrl, isRefused: false };
      return Promise.resolve();
    };
    processes[0].drop(ID, '0');
    expect(await tokenOf()).toBe('access-new');
    expect(store.connection?.tokens).toEqual(tokens);
  });

  it('are not used at another token endpoint', async () => {
    const moved = { ...client, tokenUrl: 'https://attacker.test/token' };
    await expect(processes[0].current(ID, moved)).rejects.toMatchObject({
      kind: 'credentials',
      message: expect.stringContaining('not connected'),
    });
  });

  it.each([
    [
      { status: 401, body: '{"error":"invalid_client"}' },
      { kind: 'credentials', vendorCode: 'invalid_client' },
    ],
    [
      { status: 400, body: '{"error":"secret refresh-0"}' },
      { kind: 'credentials', vendorCode: undefined },
    ],
    [{ status: 503, body: 'refresh-0' }, { kind: 'transient' }],
    [{ status: 200, body: '{"token":"refresh-0"}' }, { kind: 'transient' }],
    [
      { status: 429, body: '', headers: { 'retry-after': '7' } },
      { kind: 'throttled', retryAfterMs: 7_000 },
    ],
  ])('report the answer %j without its text, and stay', async (answer, expected) => {
    vendor.answer = answer;
    processes[0].drop(ID, '0');
    const error: unknown = await tokenOf().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(expected);
    expect(JSON.stringify(error) + String(error)).not.toContain('refresh-0');
    expect(store.connection).toMatchObject({ tokens: FIRST, isRefused: false });
  });

  it('are awaited at shutdown', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const asked = new Promise<void>((resolve) => {
      vendor.beforeAnswer = () => {
        resolve();
        return held;
      };
    });
    processes[0].drop(ID, '0');
    const token = tokenOf();
    await asked;
    const idle = processes[0].idle().then(() => store.connection?.tokens.refreshToken);
    release();
    await token;
    expect(await idle).toBe('refresh-1');
  });
});
