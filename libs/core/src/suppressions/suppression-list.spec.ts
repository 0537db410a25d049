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

  release(address: HashedAddress, reasons: readonly SuppressionReason[], until: number | null) {
    const rest = this.entries.filter(
      ({ addressHash: hash, reason, reportedAt }) =>
        hash !== address.addressHash || !reasons.includes(reason) || (until !== null && (reportedAt ?? NOW) > until),
    );
    const removed = this.entries.length - rest.length;
    this.entries = rest;
    return Promise.resolve(removed);
  }
}

describe('SuppressionList', () => {
  let store: MemoryStore;
  let list: SuppressionList;
  const brand = brandRecord();
  const report: VendorReport = { brand, destination: 'sms', channel: 'sms', origin: 'answer', detail: '21610' };

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

describe('callbacks that arrive in another order than the answers of the customer', () => {
  const brand = brandRecord();
  const report = { brand, destination: 'sms', channel: 'sms' as const };
  const start = { address: PHONE, change: 'opt_in', at: '2026-01-01T10:00:00.000Z' } as const;
  const stopAt = (at: string) => ({ address: PHONE, change: 'opt_out', at }) as const;

  it.each([
    ['removes no newer opt-out', [[stopAt('2026-01-01T11:00:00.000Z')], [start]], 1],
    ['removes an older opt-out', [[stopAt('2026-01-01T09:00:00.000Z')], [start]], 0],
    ['counts by its time within one callback', [[start, stopAt('2026-01-01T09:00:00.000Z')]], 0],
    [
      'removes no opt-out without a time, which counts from its arrival',
      [[{ address: PHONE, change: 'opt_out' } as const], [start]],
      1,
    ],
    [
      'without a time removes everything before it',
      [[stopAt('2026-01-01T11:00:00.000Z')], [{ address: PHONE, change: 'opt_in' } as const]],
      0,
    ],
    [
      'from the future counts as now',
      [[stopAt('2030-01-01T11:00:00.000Z')], [{ ...start, at: '2026-01-02T00:00:00.000Z' }]],
      0,
    ],
  ] as const)('an opt-in %s', async (_name, callbacks, left) => {
    const store = new MemoryStore();
    const list = new SuppressionList(store, { now: () => NOW });
    for (const updates of callbacks) await list.apply(report, updates);
    expect(store.entries).toHaveLength(left);
  });
});

describe('a callback with many addresses', () => {
  it('is written in one call', async () => {
    const sizes: number[] = [];
    const store = {
      rulesOf: () => Promise.resolve([]),
      add: (_brandId: string, added: readonly NewSuppression[]) => Promise.resolve(sizes.push(added.length)),
      release: () => Promise.resolve(0),
    };
    const address = (n: number): Address => ({ kind: 'email', value: `a${n}@example.com` });
    const bounces = Array.from({ length: 1_000 }, (_, n) => ({ address: address(n), change: 'hard_bounce' as const }));
    const last = { address: address(0), change: 'complaint' as const };
    const report = { brand: brandRecord(), destination: 'mail', channel: 'email' as const };
    await new SuppressionList(store, { now: () => NOW }).apply(report, [...bounces, last]);
    expect(sizes).toEqual([1_001]);
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
    reportedAt: null,
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
