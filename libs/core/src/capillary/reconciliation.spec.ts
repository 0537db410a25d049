import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { brandRecord, configurationRecords, simpleAdapter, sourceRecord } from '../testing/configuration-builder.js';
import { compiledBrand } from '../testing/loaded-store.js';
import type { SourceRecord } from '../configuration/configuration-snapshot.js';
import type { CapillaryCounts, DayComparison } from './day-counts.js';
import { ComparisonScopes, type ReconciliationRequest } from './comparison-scope.js';
import { CapillaryReconciliation } from './reconciliation.js';

const NOW = Date.parse('2026-12-01T08:00:00Z');
const OURS = { webHookId: 'w1', webHookUrl: 'https://hub.example.com/v1/ingest/acme/in' };
const counts: CapillaryCounts = { total: 10, delivered: 9, failed: 1, retrying: 0, pending: 0 };
const source = (also: Partial<SourceRecord> = {}): SourceRecord => ({
  ...sourceRecord(),
  adapter: 'capillary',
  ...also,
});

/** Compares a brand whose organisation has the given webhooks. Returns the calls of Capillary and the recorded days. */
async function compare(
  webhooks: readonly JsonObject[],
  request: ReconciliationRequest,
  sources: readonly SourceRecord[] = [source()],
  counting: () => Promise<CapillaryCounts> = () => Promise.resolve(counts),
): Promise<{ calls: unknown[]; recorded: DayComparison[]; grown: readonly string[] }> {
  const [calls, recorded]: [unknown[], DayComparison[]] = [[], []];
  const access = { baseUrl: 'https://eu.api.capillarytech.com', ratePerMinute: 100 };
  const platform = { capillary: { ...access, auth: { kind: 'oauth', key: 'k', secret: 's' } as const } };
  const records = configurationRecords({
    brands: [{ ...brandRecord(), lookups: { platform } }],
    sources: [...sources],
  });
  const reconciliation = new CapillaryReconciliation(
    {
      counts: (_connection, group, from, to) => {
        calls.push([group, new Date(from).toISOString(), to - from]);
        return counting();
      },
    },
    new ComparisonScopes(
      { list: () => Promise.resolve(webhooks) },
      { find: () => Promise.resolve(null) },
      { now: () => NOW },
    ),
    {
      runAlone: (work) => work(() => Promise.resolve()),
      storedByDay: () => Promise.resolve(new Map([['2026-11-30', { accepted: 7, quarantined: 1 }]])),
      record: (_source, comparison) => {
        recorded.push(comparison);
        return Promise.resolve(comparison.missing > 2);
      },
      recorded: () => Promise.resolve([]),
      gaps: () => Promise.resolve([]),
      brandsToCompare: () => Promise.resolve([]),
    },
  );
  const { grown } = await reconciliation.run(compiledBrand(records, new Map([['capillary', simpleAdapter]])), request);
  return { calls, recorded, grown };
}

describe('CapillaryReconciliation', () => {
  it('compares each whole UTC day by the consumer group of the webhook that calls the source', async () => {
    const webhooks = [{ webHookUrl: 'https://other.example.com' }, { ...OURS, consumerGroupId: 42 }];
    const { calls, recorded, grown } = await compare(webhooks, { from: '2026-11-29' });
    expect(calls).toEqual([
      ['42', '2026-11-29T00:00:00.000Z', 86_400_000],
      ['42', '2026-11-30T00:00:00.000Z', 86_400_000],
    ]);
    expect(recorded.map(({ day, missing }) => [day, missing])).toEqual([
      ['2026-11-29', 10],
      ['2026-11-30', 2],
    ]);
    expect(grown).toEqual(['2026-11-29']);
  });

  it('compares the last seven days by default, with the consumer group of the request', async () => {
    const { calls } = await compare([], { consumerGroup: 'g1' });
    expect(calls).toHaveLength(7);
    expect([calls[0], calls[6]]).toEqual([
      ['g1', '2026-11-24T00:00:00.000Z', 86_400_000],
      ['g1', '2026-11-30T00:00:00.000Z', 86_400_000],
    ]);
  });

  it('says what is missing if there is no consumer group', async () => {
    await expect(compare([], {})).rejects.toThrow('Capillary has no webhook that calls /v1/ingest/acme/in');
    await expect(compare([OURS], {})).rejects.toThrow('does not name the consumer group');
  });

  it('prefers the source with a generated secret, and refuses to guess otherwise', async () => {
    const other = source({ id: 'source-2', name: 'other' });
    await expect(compare([OURS], {}, [source(), other])).rejects.toThrow('several sources');
    await expect(compare([OURS], {}, [source({ adapter: 'simple' })])).rejects.toThrow('no source');
    const webhooks = [{ ...OURS, consumerGroupId: 'g1' }];
    const generated = source({ auth: { generated: true } });
    expect((await compare(webhooks, {}, [other, generated])).calls).toHaveLength(7);
  });

  it('stops at the first day for which Capillary fails', async () => {
    let call = 0;
    const failing = (): Promise<CapillaryCounts> =>
      ++call === 3 ? Promise.reject(new Error('no answer')) : Promise.resolve(counts);
    await expect(compare([], { consumerGroup: 'g1' }, undefined, failing)).rejects.toThrow('no answer');
    expect(call).toBe(3);
  });
});
