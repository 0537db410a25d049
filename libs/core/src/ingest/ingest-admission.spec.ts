import fc from 'fast-check';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { LiveConfiguration } from '../configuration/live-configuration.js';
import { configurationRecords, simpleAdapter, sourceRecord } from '../testing/configuration-builder.js';
import { IngestAdmission, type AdmittedHead, FairBudget, type Reservation, SourceRates } from './ingest-admission.js';
import { loadedStore } from '../testing/loaded-store.js';

const MIB = 1024 * 1024;

describe('IngestAdmission', () => {
  let admission: IngestAdmission;
  beforeEach(async () => {
    admission = await admissionWith(true);
  });

  async function admissionWith(isLoaded: boolean): Promise<IngestAdmission> {
    const other = { ...sourceRecord({ bearer: ['other-token'] }), id: 'source-2', name: 'other' };
    const signed = {
      ...sourceRecord({ bearer: ['signed-token'], standardWebhooks: ['secret'] }),
      id: 'source-3',
      name: 'signed',
    };
    const records = configurationRecords({ sources: [sourceRecord(), other, signed] });
    const configuration = new LiveConfiguration(
      loadedStore(() => records),
      new Map([[simpleAdapter.name, simpleAdapter]]),
    );
    await configuration.refresh();
    if (isLoaded) await configuration.brand('brand-1');
    return new IngestAdmission(
      configuration,
      ({ auth }, { headers }) => auth.bearer?.some((token) => headers['token'] === token) ?? false,
      { now: () => 0 },
      { maxBytes: 64 * MIB, maxEvents: 1_000 },
    );
  }

  const admit = (source: string, token: string, bytes = MIB): AdmittedHead | null =>
    admission.admit({ brand: 'acme', source, headers: { token } }, bytes);
  const admitted = (count: number, source: string, token: string): number =>
    Array.from({ length: count }, () => admit(source, token)).filter((one) => one !== null).length;

  it('loads a brand that is not in memory, whose calls then have a share of their own', async () => {
    const cold = await admissionWith(false);
    const call = (brand: string): boolean =>
      cold.admit({ brand, source: 'in', headers: { token: 'let-me-in' } }, MIB) !== null;
    while (call('nobody'));
    expect(cold.admit({ brand: 'acme', source: 'in', headers: { token: 'wrong' } }, MIB)).toMatchObject({
      provenBy: undefined,
    });
    while (call('acme'));
    // The calls began the load, although no more calls of the brand were admitted.
    while (cold.admit({ brand: 'acme', source: 'in', headers: { token: 'let-me-in' } }, 1)?.provenBy === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it('bounds the bytes of waiting bodies', () => {
    expect(admitted(200, 'in', 'let-me-in')).toBe(32);
    expect(admission.waitingBytes).toBe(32 * MIB);
  });

  it('keeps capacity for other sources while one source floods', () => {
    admitted(200, 'in', 'let-me-in');
    expect(admitted(10, 'other', 'other-token')).toBe(10);
    expect(admit('in', 'let-me-in')).toBeNull();
  });

  it('does not count callers without credentials against the share of the source that they name', () => {
    expect(admitted(200, 'in', 'wrong')).toBe(32);
    expect(admitted(200, 'nobody', 'wrong')).toBeGreaterThan(0);
    expect(admitted(5, 'in', 'let-me-in')).toBe(5);
  });

  it('returns the source that the headers authenticate, and releases the bytes', () => {
    const call = admit('in', 'let-me-in');
    expect(call?.provenBy?.record.name).toBe('in');
    expect(admit('in', 'wrong')?.provenBy).toBeUndefined();
    call?.body.release();
    expect(admission.waitingBytes).toBe(MIB);
  });

  it('does not authenticate a source with signatures before its body is read', () => {
    expect(admit('signed', 'signed-token')).toMatchObject({ provenBy: undefined });
  });

  it('admits no body of a source whose events use up its share', () => {
    const head = { brand: 'acme', source: 'in', headers: {} };
    const events = admission.reserveEvents(head, 500);
    expect(admit('in', 'let-me-in', 1)).toBeNull();
    expect(admit('other', 'other-token', 1)).not.toBeNull();
    events?.release();
    expect(admit('in', 'let-me-in', 1)).not.toBeNull();
  });
});

/** Reserves single units for a holder until a reservation is refused. */
function flood(budget: FairBudget, holder: string): Reservation[] {
  const reservations: Reservation[] = [];
  for (;;) {
    const reservation = budget.reserve(holder, 1);
    if (reservation === null) return reservations;
    reservations.push(reservation);
  }
}

describe('FairBudget', () => {
  it('leaves half to others while one holder reserves as much as possible', () => {
    const budget = new FairBudget(100);
    expect(flood(budget, 'flood')).toHaveLength(50);
    for (let n = 0; n < 20; n += 1) expect(budget.reserve(`other-${n}`, 2)).not.toBeNull();
    expect(budget.reserve('flood', 1)).toBeNull();
  });

  it('lets a flooding holder reserve again after it has released the excess over its share', () => {
    const budget = new FairBudget(100);
    const flooding = flood(budget, 'flood');
    budget.reserve('a', 5);
    budget.reserve('b', 5);
    // With three active holders, each holder may have a quarter of the budget while more than half of the budget is in
    // use.
    const kept = flooding.splice(0, 25);
    for (const reservation of flooding) reservation.release();
    expect(budget.inUse).toBe(35);
    expect(flood(budget, 'flood')).toHaveLength(15);
    expect(kept.length + 15 + 10).toBe(50);
  });

  it('grants a holder without reservations its first amount, even if it exceeds its share', () => {
    const budget = new FairBudget(100);
    flood(budget, 'flood');
    const large = budget.reserve('large', 45);
    expect(large).not.toBeNull();
    expect(budget.reserve('large', 1)).toBeNull();
    expect(budget.reserve('other', 6)).toBeNull();
    large?.release();
    expect(budget.reserve('large', 50)).not.toBeNull();
  });

  it('counts the growth of a reservation, and releases everything once', () => {
    const budget = new FairBudget(100);
    const reservation = budget.reserve('a', 0);
    expect(reservation?.grow(50)).toBe(true);
    expect(reservation?.grow(1)).toBe(false);
    expect(budget.inUse).toBe(50);
    reservation?.release();
    reservation?.release();
    expect(budget.inUse).toBe(0);
    expect(flood(budget, 'a')).toHaveLength(50);
  });

  it('does not grow a released reservation', () => {
    const budget = new FairBudget(100);
    const reservation = budget.reserve('a', 10);
    reservation?.release();
    expect(reservation?.grow(10)).toBe(false);
    expect(budget.inUse).toBe(0);
  });

  it('never exceeds its total, and is unused after all releases', () => {
    const steps = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 10 }), fc.boolean()), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (taken) => {
        const budget = new FairBudget(100);
        const open: Reservation[] = [];
        for (const [holder, amount, releases] of taken) {
          const reservation = budget.reserve(`h${holder}`, amount);
          if (reservation !== null) open.push(reservation);
          if (releases) open.shift()?.release();
          expect(budget.inUse).toBeLessThanOrEqual(100);
        }
        for (const reservation of open) reservation.release();
        expect(budget.inUse).toBe(0);
      }),
    );
  });
});

describe('SourceRates', () => {
  it('allows the burst, then one call per interval, separately per source', () => {
    let now = 5;
    const rates = new SourceRates(() => now);
    const limits = { ratePerSecond: 10, burst: 3 };
    const waits = (): number[] => Array.from({ length: 4 }, () => rates.waitMs('a', limits));
    expect(waits()).toEqual([0, 0, 0, 100]);
    expect(rates.waitMs('b', limits)).toBe(0);
    now += 100;
    expect(waits()).toEqual([0, 100, 100, 100]);
    now += 1_000;
    expect(waits()).toEqual([0, 0, 0, 100]);
  });

  it('has a default burst of the calls of one second, at least one', () => {
    const rates = new SourceRates(() => 0);
    const allowed = (source: string, ratePerSecond: number): number =>
      Array.from({ length: 20 }, () => rates.waitMs(source, { ratePerSecond })).filter((waitMs) => waitMs === 0).length;
    expect([allowed('fast', 8), allowed('slow', 0.5)]).toEqual([8, 1]);
  });
});
