import { lookup as systemLookup } from 'node:dns';
import { createServer, type Server } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isDeliveryError, type DeliveryError, type HttpClient } from '@patchbay/plugin-sdk';
import { closeConnections, createHttpClient } from '../client/create-http-client.js';
import { createEgressPolicy, type EgressPolicy, type ResolveAll } from './egress-policy.js';

/** Notations of addresses that the hub must not call. The spec calls each as a whole URL with the hub's own client. */
const SPELLINGS: readonly (readonly [url: string, how: string])[] = [
  // Loopback, in the notations that URLs accept for IPv4.
  ['http://127.0.0.1/', 'plain'],
  ['http://127.0.0.1./', 'with a dot at the end'],
  ['http://127.1/', 'short, two parts'],
  ['http://127.0.1/', 'short, three parts'],
  ['http://127.255.255.254/', 'the end of the range'],
  ['http://2130706433/', 'decimal'],
  ['http://017700000001/', 'octal'],
  ['http://0x7f000001/', 'hexadecimal'],
  ['http://0X7F000001/', 'hexadecimal in capitals'],
  ['http://0177.0.0.1/', 'octal part'],
  ['http://00000177.0.0.1/', 'octal part with zeros'],
  ['http://0x7f.0.0.1/', 'hexadecimal part'],
  ['http://0x7f.1/', 'hexadecimal, short'],
  ['http://0177.0x0.0.01/', 'octal and hexadecimal'],
  ['http://127.0.0x0.1/', 'hexadecimal zero'],
  ['http://0x7f.0.1/', 'hexadecimal, three parts'],
  ['http://%31%32%37%2e0.0.1/', 'percent-encoded'],
  ['http://127%2e0%2e0%2e1/', 'percent-encoded dots'],
  ['http://①②⑦.⓪.⓪.①/', 'circled digits'],
  ['http://１２７.０.０.１/', 'full-width digits'],
  ['http://127。0。0。1/', 'ideographic full stops'],
  ['http://127．0．0．1/', 'full-width full stops'],
  ['http://127｡0｡0｡1/', 'half-width full stops'],
  ['http://1\u00ad27.0.0.1/', 'a soft hyphen inside'],
  ['http://\t127.0.0.1/', 'a tab before'],
  ['http://127.\n0.0.1/', 'a line break inside'],
  ['http:127.0.0.1/', 'no slashes'],
  ['http:\\\\127.0.0.1\\', 'backslashes'],
  ['http:////127.0.0.1/', 'many slashes'],
  ['HTTP://127.0.0.1/', 'scheme in capitals'],
  ['https://127.0.0.1/', 'TLS'],
  ['http://127.0.0.1:80/', 'the usual port'],
  ['http://127.0.0.1:6379/', "Redis's port"],
  ['http://127.0.0.1#@8.8.8.8/', 'a fragment that looks like a host'],
  ['http://127.0.0.1?@8.8.8.8/', 'a query that looks like a host'],
  ['http://127.0.0.1\\@8.8.8.8/', 'a backslash before a user name'],
  // Unspecified IPv4 addresses, in several notations.
  ['http://0.0.0.0/', 'unspecified'],
  ['http://0/', 'unspecified, short'],
  ['http://00000/', 'unspecified, octal'],
  ['http://0.1.2.3/', 'this network'],
  // Private and shared IPv4 addresses.
  ['http://10.0.0.1/', 'private, class A'],
  ['http://167772161/', 'private, decimal'],
  ['http://012.0.0.1/', 'private, octal'],
  ['http://0xa.0.0.1/', 'private, hexadecimal'],
  ['http://172.16.0.1/', 'private, class B'],
  ['http://172.31.255.255/', 'private, end of class B'],
  ['http://192.168.0.1/', 'private, class C'],
  ['http://0xc0a80001/', 'private, hexadecimal'],
  ['http://100.64.0.1/', 'carrier-grade NAT'],
  ['http://198.18.0.1/', 'benchmarking'],
  ['http://192.0.2.1/', 'documentation'],
  ['http://224.0.0.1/', 'multicast'],
  ['http://255.255.255.255/', 'broadcast'],
  ['http://240.0.0.1/', 'reserved'],
  // Addresses of metadata services of clouds.
  ['http://169.254.169.254/latest/meta-data/', 'AWS, Azure, Google, …'],
  ['http://2852039166/', 'the same, decimal'],
  ['http://0xa9fea9fe/', 'the same, hexadecimal'],
  ['http://0251.0376.0251.0376/', 'the same, octal'],
  ['http://169.16689662/', 'the same, short'],
  ['http://169.254.170.2/', 'AWS containers'],
  ['http://100.100.100.200/', 'Alibaba'],
  ['http://192.0.0.192/', 'Oracle'],
  ['http://168.63.129.16/', "Azure's host, a public address"],
  ['http://[fd00:ec2::254]/', 'AWS by IPv6'],
  ['http://[fd20:ce::254]/', 'Google by IPv6'],
  ['http://[fe80::a9fe:a9fe]/', 'link-local by IPv6'],
  // Native IPv6 addresses.
  ['http://[::1]/', 'loopback'],
  ['http://[0:0:0:0:0:0:0:1]/', 'loopback in full'],
  ['http://[0000:0000:0000:0000:0000:0000:0000:0001]/', 'loopback with all zeros'],
  ['http://[::]/', 'unspecified'],
  ['http://[fc00::1]/', 'unique local'],
  ['http://[fdff:ffff::1]/', 'unique local, the end'],
  ['http://[fec0::1]/', 'site-local'],
  ['http://[ff02::1]/', 'multicast'],
  ['http://[2001:db8::1]/', 'documentation'],
  ['http://[100::1]/', 'discard'],
  // IPv6 addresses that embed an IPv4 address.
  ['http://[::ffff:127.0.0.1]/', 'IPv4-mapped, dotted'],
  ['http://[::ffff:7f00:1]/', 'IPv4-mapped, hexadecimal'],
  ['http://[0:0:0:0:0:ffff:127.0.0.1]/', 'IPv4-mapped in full'],
  ['http://[::FFFF:a9fe:a9fe]/', 'IPv4-mapped, metadata'],
  ['http://[::127.0.0.1]/', 'IPv4-compatible'],
  ['http://[::ffff:0:127.0.0.1]/', 'IPv4-translated'],
  ['http://[64:ff9b::127.0.0.1]/', 'NAT64'],
  ['http://[64:ff9b::a9fe:a9fe]/', 'NAT64, metadata'],
  ['http://[64:ff9b:1::10.0.0.1]/', 'NAT64 for local use'],
  ['http://[2002:7f00:1::]/', '6to4'],
  ['http://[2002:a9fe:a9fe::1]/', '6to4, metadata'],
  ['http://[2002:c0a8:1::1]/', '6to4, private'],
  ['http://[2001:0:7f00:1::]/', 'Teredo, server'],
  ['http://[2001:0:1:1:1:1:80ff:fffe]/', 'Teredo, client'],
  ['http://[2606:4700::5efe:127.0.0.1]/', 'ISATAP'],
  ['http://[2606:4700::200:5efe:10.0.0.1]/', 'ISATAP, global'],
];

/** Host names and the addresses that they resolve to. */
const NAMES: readonly (readonly [host: string, addresses: readonly string[], how: string])[] = [
  ['localhost', ['127.0.0.1', '::1'], 'this machine'],
  ['LOCALHOST', ['127.0.0.1'], 'in capitals'],
  ['localhost.', ['127.0.0.1'], 'with a dot at the end'],
  ['ｌｏｃａｌｈｏｓｔ', ['127.0.0.1'], 'full-width'],
  ['anything.localhost', ['::1'], 'below localhost'],
  ['localhost.localdomain', ['127.0.0.1'], 'with a domain'],
  ['127.0.0.1.nip.io', ['127.0.0.1'], 'an address in a public name'],
  ['localtest.me', ['127.0.0.1'], 'a public name of this machine'],
  ['metadata.google.internal', ['169.254.169.254'], 'metadata by name'],
  ['metadata', ['169.254.169.254'], 'metadata, short'],
  ['instance-data', ['169.254.169.254'], 'metadata of EC2'],
  ['kubernetes.default.svc', ['10.96.0.1'], 'the cluster'],
  ['redis', ['172.18.0.2'], 'a neighbour in Compose'],
  ['host.docker.internal', ['192.168.65.254'], 'the host of a container'],
  ['mapped.example', ['::ffff:127.0.0.1'], 'IPv4-mapped'],
  ['nat64.example', ['64:ff9b::7f00:1'], 'NAT64'],
  ['sixtofour.example', ['2002:7f00:1::'], '6to4'],
  ['zone.example', ['fe80::1%eth0'], 'an address with a zone'],
  ['several.example', ['10.0.0.1', '192.168.1.1', 'fd00::1'], 'several private ones'],
  ['garbage.example', ['not an address'], 'no address at all'],
];

let trap: Server;
let port: number;
let calls = 0;

beforeAll(async () => {
  trap = createServer((_request, response) => {
    calls++;
    response.writeHead(200).end('reached');
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  port = (trap.address() as AddressInfo).port;
});

afterAll(
  () =>
    new Promise((resolve) => {
      trap.closeAllConnections();
      trap.close(resolve);
    }),
);

const resolvingTo =
  (addresses: readonly string[]): ResolveAll =>
  (_name, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: isIP(address) === 4 ? 4 : 6 })),
    );

function clientOf(egress: EgressPolicy): HttpClient {
  return createHttpClient({ egress, signal: new AbortController().signal, timeoutMs: 5_000 });
}

async function refusal(egress: EgressPolicy, url: string): Promise<DeliveryError> {
  const before = calls;
  const error: unknown = await clientOf(egress)
    .exchange({ method: 'GET', url, readsOnly: true })
    .then(
      () => undefined,
      (caught: unknown) => caught,
    );
  closeConnections(egress);
  expect(calls).toBe(before);
  if (!isDeliveryError(error)) throw new Error(`the request to ${url} was not refused`, { cause: error });
  return error;
}

describe('notations of forbidden addresses', () => {
  it('are at least sixty', () => {
    expect(new Set(SPELLINGS.map(([url]) => url)).size).toBe(SPELLINGS.length);
    expect(SPELLINGS.length + NAMES.length).toBeGreaterThanOrEqual(60);
  });

  it.each(SPELLINGS)('%j (%s) is refused', async (url) => {
    const error = await refusal(createEgressPolicy(), url);
    expect(error.kind).toBe('rejected');
    // The URL is either a refused address or invalid.
    expect(error.message).toMatch(/is an address inside a private or reserved network|the URL is invalid/);
  });

  it.each(NAMES)('%s, which resolves to %j, is refused (%s)', async (host, addresses) => {
    const error = await refusal(createEgressPolicy('', resolvingTo(addresses)), `http://${host}:${port}/`);
    expect(error.message).toContain('PATCHBAY_EGRESS_ALLOW');
  });

  it.each([
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'data:text/plain,x',
    'javascript:1',
    'unix:/var/run/docker.sock:/containers/json',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
    'ws://127.0.0.1/',
    '//127.0.0.1/',
    '/etc/passwd',
    'http://',
    'http://user:secret@8.8.8.8/',
    'http://8.8.8.8:secret@127.0.0.1/',
  ])('%s is refused as an invalid address', async (url) => {
    expect((await refusal(createEgressPolicy(), url)).kind).toBe('rejected');
  });

  it('a host name of this machine is refused if the system resolves it', async () => {
    const resolved = await new Promise<boolean>((resolve) =>
      systemLookup('localhost', (error) => resolve(error === null)),
    );
    expect(resolved).toBe(true);
    expect((await refusal(createEgressPolicy(), `http://localhost:${port}/`)).message).toContain('localhost');
  });
});

describe('the checked address is the one that is connected to', () => {
  it('the client does not resolve a name a second time, after the check of its address', async () => {
    let asked = 0;
    // Resolver whose first answer is an allowed address. All later answers are addresses of this machine.
    const rebinding: ResolveAll = (_name, callback) =>
      callback(null, [{ address: asked++ === 0 ? '127.0.0.3' : '127.0.0.1', family: 4 }]);
    const egress = createEgressPolicy('127.0.0.3/32', rebinding);
    const first = await refusal(egress, `http://rebind.example:${port}/`);
    // The hub connected to the checked address, where nothing listens, and did not resolve again.
    expect(first.message).toContain('ECONNREFUSED');
    expect(asked).toBe(1);
    expect((await refusal(egress, `http://rebind.example:${port}/`)).message).toContain('PATCHBAY_EGRESS_ALLOW');
    expect(asked).toBe(2);
  });

  it('the client connects only to the allowed addresses of a name', async () => {
    const egress = createEgressPolicy('127.0.0.3/32', resolvingTo(['127.0.0.3', '127.0.0.1', '::1']));
    expect((await refusal(egress, `http://mixed.example:${port}/`)).message).toContain('ECONNREFUSED');
  });

  it('redirects are not followed', async () => {
    const redirecting = createServer((_request, response) =>
      response
        .writeHead(302, { location: `http://127.0.0.1:${port}/`, refresh: `0;url=http://127.0.0.1:${port}/` })
        .end(),
    );
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const egress = createEgressPolicy('127.0.0.1/32');
    const before = calls;
    const { port: from } = redirecting.address() as AddressInfo;
    const response = await clientOf(egress).exchange({
      method: 'GET',
      url: `http://127.0.0.1:${from}/`,
      readsOnly: true,
    });
    expect(response.status).toBe(302);
    expect(calls).toBe(before);
    closeConnections(egress);
    await new Promise((resolve) => redirecting.close(resolve));
  });

  it('proxy variables of the environment are ignored', async () => {
    const names = [
      'HTTP_PROXY',
      'http_proxy',
      'HTTPS_PROXY',
      'https_proxy',
      'ALL_PROXY',
      'all_proxy',
      'NODE_USE_ENV_PROXY',
    ];
    const saved = names.map((name) => [name, process.env[name]] as const);
    const egress = createEgressPolicy('127.0.0.1/32', resolvingTo(['127.0.0.1']));
    try {
      for (const name of names) process.env[name] = name.startsWith('NODE') ? '1' : 'http://127.0.0.1:1';
      const url = `http://direct.example:${port}/`;
      expect((await clientOf(egress).exchange({ method: 'GET', url, readsOnly: true })).text).toBe('reached');
    } finally {
      for (const [name, value] of saved) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      closeConnections(egress);
    }
  });

  it('allowed addresses are reached, so the refusals above are caused by the addresses', async () => {
    const egress = createEgressPolicy('127.0.0.1/32', resolvingTo(['127.0.0.1']));
    for (const url of [`http://127.0.0.1:${port}/`, `http://2130706433:${port}/`, `http://allowed.example:${port}/`]) {
      expect((await clientOf(egress).exchange({ method: 'GET', url, readsOnly: true })).text).toBe('reached');
    }
    closeConnections(egress);
  });
});
