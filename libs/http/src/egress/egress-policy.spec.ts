import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import {
  createEgressPolicy,
  EgressAllowError,
  EgressRefusedError,
  type EgressPolicy,
  type ResolveAll,
} from './egress-policy.js';

function literal(policy: EgressPolicy, host: string): boolean {
  try {
    policy.checkLiteral(host);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(EgressRefusedError);
    return false;
  }
}

const resolving =
  (...addresses: string[]): ResolveAll =>
  (_name, callback) => {
    callback(
      null,
      addresses.map((address): LookupAddress => ({ address, family: isIP(address) })),
    );
  };

function connectsTo(policy: EgressPolicy, host: string): Promise<string[] | Error> {
  return new Promise((resolve) => {
    policy.lookup(host, { all: true }, (error, addresses) => {
      resolve(error ?? (Array.isArray(addresses) ? addresses.map((entry) => entry.address) : [addresses]));
    });
  });
}

describe('egress policy', () => {
  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:8.8.8.8]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::1]',
    '[2002:7f00:1::1]',
    '[2001:0:1::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fe80::1%eth0]',
    '[ff02::1]',
    '[::7f00:1]',
  ])('refuses %s', (host) => {
    expect(literal(createEgressPolicy(), host)).toBe(false);
  });

  it.each([
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '169.253.1.1',
    '168.63.129.15',
    '[2606:4700::1111]',
    '[2606:4700:5efe:0:5efe:1:1:1]',
    '[2606:4700::5efe:0:7f00:1]',
    '[2a00:1450::1]',
  ])('allows %s', (host) => {
    expect(literal(createEgressPolicy(), host)).toBe(true);
  });

  it('allows listed addresses and no others', () => {
    const policy = createEgressPolicy('127.0.0.1/32, 10.1.2.0/24 fd00::/8');
    expect(['127.0.0.1', '10.1.2.9', '[fd00::1]'].map((host) => literal(policy, host))).toEqual([true, true, true]);
    expect(['127.0.0.2', '10.1.3.1', '[fc00::1]', '[::ffff:127.0.0.1]'].map((host) => literal(policy, host))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('connects a name only to its allowed addresses', async () => {
    expect(await connectsTo(createEgressPolicy('', resolving('10.0.0.1', '8.8.8.8', '::1')), 'mixed.example')).toEqual([
      '8.8.8.8',
    ]);
    expect(await connectsTo(createEgressPolicy('', resolving('127.0.0.1')), 'rebind.example')).toBeInstanceOf(
      EgressRefusedError,
    );
  });

  it('allows a listed host to resolve to any address, whatever its notation', async () => {
    const policy = createEgressPolicy('crm.internal', resolving('10.0.0.1'));
    expect(await connectsTo(policy, 'CRM.internal.')).toEqual(['10.0.0.1']);
    expect(await connectsTo(policy, 'crm.internal.example')).toBeInstanceOf(EgressRefusedError);
  });

  it("returns the resolver's error", async () => {
    const policy = createEgressPolicy('', (_name, callback) =>
      callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), []),
    );
    expect(await connectsTo(policy, 'nowhere.example')).toMatchObject({ code: 'ENOTFOUND' });
  });

  it.each(['10.0.0.0/33', 'http://x', '10.0.0', 'a/b', '::/129', '127.0.0.1/32/1', '..'])(
    'does not start with "%s"',
    (entry) => {
      expect(() => createEgressPolicy(entry)).toThrow(EgressAllowError);
    },
  );
});
