import { describe, expect, it } from '@jest/globals';
import { Summary } from './summary.mjs';
import { evaluateTargets, targetTable } from './targets.mjs';

const latency = (p99: number, afterAcknowledged: number): object => ({
  acknowledged: { p50: 1, p99 },
  delivered: { p50: 1, p99 },
  afterAcknowledged: { p50: afterAcknowledged, p99 },
});

const measured = (system: string, round: number, eventsPerSecond: number, latencies: object): object => ({
  system,
  scenario: '1to1',
  round,
  eventsPerSecond,
  walRecords: 16,
  cpu: { processes: { 'all-1': 100, 'all-2': 110 } },
  latency: latencies,
});

describe('evaluateTargets', () => {
  const figures = [
    measured('hub', 0, 600, { half: latency(20, 4), 500: latency(30, 2.5) }),
    measured('limit', 0, 1_000, { half: latency(10, 1), 500: latency(10, 1) }),
    measured('hub', 1, 1_400, { half: latency(20, 4), 500: latency(15, 2) }),
    measured('limit', 1, 2_000, { half: latency(10, 1), 500: latency(10, 1) }),
    measured('hub', 2, 900, { half: latency(20, 4) }),
    measured('limit', 2, 1_000, { half: latency(10, 1), 500: latency(10, 1) }),
  ];
  const targets: readonly { readonly name: string }[] = evaluateTargets(new Summary(figures), {
    floodAcknowledged: 1.6,
  });
  const resultOf = (name: string): unknown => targets.find((target) => target.name === name);

  it('compares systems within a round and takes the median of the rounds', () => {
    expect(resultOf('hub / limit, 1to1')).toMatchObject({ limit: 0.65, result: 0.7, ok: true });
  });

  it('leaves out rounds in which a system did not reach the fixed rate', () => {
    expect(resultOf('hub / limit: acknowledged p99 at 500/s, 1to1')).toMatchObject({ result: 2.25, ok: false });
    expect(resultOf('hub: 202 to delivered p50 at 500/s, 1to1')).toMatchObject({ result: 2.25, ok: true });
  });

  it('leaves out targets without a result', () => {
    expect(targets.map(({ name }) => name)).toEqual([
      'hub / limit, 1to1',
      'hub: acknowledged p99 at half load, 1to1',
      'hub: delivered p99 at half load, 1to1',
      'hub: 202 to delivered p50 at 500/s, 1to1',
      'hub / limit: acknowledged p99 at 500/s, 1to1',
      'hub: node CPU per event, 1to1',
      'hub: WAL records per event, 1to1',
      'flood: acknowledged p99 of the others / without',
    ]);
  });

  it('says of each target if it is met', () => {
    const lines = targetTable(targets).split('\n');
    expect(lines.find((line) => line.includes('node CPU'))).toMatch(/≤ 220 µs +210 +met$/);
    expect(lines.find((line) => line.includes('flood'))).toMatch(/≤ 1\.5 × +1\.6 +falls short$/);
  });
});
