import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Address } from '@patchbay/plugin-sdk';
import type { HashedAddress, SuppressionStore } from './suppression-store.port.js';
import { isSuppressedReason, newSuppression, SuppressionList, type VendorReport } from './suppression-list.js';
import { addressHash, type NewSuppression, type SuppressibleMessage, type SuppressionReason } from './suppression.js';
import { brandRecord } from '../testing/configuration-builder.js';

const NOW = Date.UTC(2026, 0, 2);
const PHONE: Address = { kind: 'phone', value: '+919000000001' };
const MESSAGE: SuppressibleMessage = { channel: 'sms', purpose: 'promotional', sender: 'sms' };
/** Store in memory, which keeps only what a list reads. */
class MemoryStore implements Pick<SuppressionStore, 'rulesOf' | 'add' | 'release'> {
  entries: NewSuppression[] = [];
  lookups = 0;

  rulesOf(addresses: readonly HashedAddress[]) {
    this.lookups += 1;
    return Promise.resolve(
      addresses.map((address) => this.entries.filter((entry) => entry.addressHash === address.addressHash)),
    );
  }

  add(_brandId: string, suppressions: readonly NewSuppression[]) {
    this.entries.push(...suppressions);
    return Promise.resolve(suppressions.length);
  }

  release(address: HashedAddress, reasons: readonly SuppressionReason[]) {
    const rest = this.entries.filter((one) => one.addressHash !== address.addressHash || !reasons.includes(one.reason));
    const removed = this.entries.length - rest.length;
    this.entries = rest;
    return Promise.resolve(removed);
  }
}

describe('SuppressionList', () => {
  let store: MemoryStore;
  let list: SuppressionList;
  const brand = brandRecord();
  const report: VendorReport = { brand, destination: 'sms', category: 'sms', origin: 'answer', detail: '21610' };

  beforeEach(() => {
    store = new MemoryStore();
    list = new SuppressionList(store, { now: () => NOW });
  });

  it('lets a message pass whose address is not on the list', async () => {
    await list.report(report, [{ kind: 'phone', value: '+919000000002' }], 'opt_out');
    expect(await list.stopped(brand, [PHONE], MESSAGE)).toBeNull();
  });

  it.each([
    ['opt_out', { kind: 'suppressed', message: 'opt-out' }],
    ['complaint', { kind: 'suppressed', message: 'complaint' }],
    ['hard_bounce', { kind: 'suppressed', message: 'hard bounce' }],
    ['invalid', { kind: 'noRecipient', message: 'The suppression list has the address as invalid.' }],
  ] as const)('stops a message to an address with the reason %s', async (reason, outcome) => {
    expect(await list.report(report, [PHONE], reason)).toBe(1);
    expect(await list.stopped(brand, [{ kind: 'phone', value: '0091 90000 00001' }], MESSAGE)).toEqual(outcome);
    expect(isSuppressedReason(outcome.message)).toBe(outcome.kind === 'suppressed');
  });

  it('stops a message if any of its addresses is on the list, and looks all of them up together', async () => {
    await list.report(report, [PHONE], 'opt_out');
    const both = [{ kind: 'phone', value: '+919000000002' } as const, PHONE];
    expect(await list.stopped(brand, both, MESSAGE)).toMatchObject({ kind: 'suppressed' });
    expect(store.lookups).toBe(1);
  });

  it('applies what a callback reports, in its order', async () => {
    const updates = [
      { address: PHONE, change: 'opt_out', detail: 'STOP' },
      { address: PHONE, change: 'hard_bounce' },
      { address: PHONE, change: 'opt_in' },
    ] as const;
    await list.apply(report, updates);
    expect(store.entries.map(({ reason, origin, reportedBy }) => [reason, origin, reportedBy])).toEqual([
      ['hard_bounce', 'callback', 'sms'],
    ]);
  });
});

describe('a callback with many addresses', () => {
  it('is written in one call per run of equal changes', async () => {
    const sizes: number[] = [];
    const store = {
      rulesOf: () => Promise.resolve([]),
      add: (_brandId: string, added: readonly NewSuppression[]) => Promise.resolve(sizes.push(added.length)),
      release: () => Promise.resolve(0),
    };
    const address = (n: number): Address => ({ kind: 'email', value: `a${n}@example.com` });
    const bounces = Array.from({ length: 1_000 }, (_, n) => ({ address: address(n), change: 'hard_bounce' as const }));
    const last = { address: address(0), change: 'complaint' as const };
    const report = { brand: brandRecord(), destination: 'mail', category: 'email' };
    await new SuppressionList(store, { now: () => NOW }).apply(report, [...bounces, last]);
    expect(sizes).toEqual([1_000, 1]);
  });
});

describe('newSuppression', () => {
  const facts = {
    reason: 'manual',
    channel: null,
    purpose: null,
    sender: null,
    origin: 'person',
    reportedBy: 'key',
    detail: null,
  } as const;

  it('seals the address for its own id', () => {
    const brand = brandRecord();
    const { id, sealedAddress } = newSuppression(brand, PHONE, facts, NOW);
    expect(brand.vault.open(`suppression/${id}`, sealedAddress ?? Buffer.alloc(0))).toBe('+919000000001');
  });

  it('stores only the hash of the address in a pii-less brand', () => {
    const brand = brandRecord({ mode: 'pii-less' });
    const made = newSuppression(brand, PHONE, facts, NOW);
    expect(made).toMatchObject({ sealedAddress: null, addressHash: addressHash(brand.vault, PHONE) });
  });
});
