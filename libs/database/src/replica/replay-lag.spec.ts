import { describe, expect, it } from '@jest/globals';
import { parsePosition, ReplayLag } from './replay-lag.js';

describe('ReplayLag', () => {
  it('is unknown until the standby has replayed a remembered position', () => {
    const lag = new ReplayLag();
    lag.add(100n, 0);
    expect(lag.of(99n, 10)).toBeNull();
    expect(lag.of(100n, 10)).toBe(0);
  });

  it('is 0 while an idle primary stays at the replayed position', () => {
    const lag = new ReplayLag();
    for (const at of [0, 1_000, 3_600_000]) lag.add(100n, at);
    expect(lag.of(100n, 3_600_001)).toBe(0);
  });

  it('grows from the last time at which the replayed position was the newest one', () => {
    const lag = new ReplayLag();
    lag.add(100n, 0);
    lag.add(100n, 60_000);
    lag.add(200n, 61_000);
    lag.add(300n, 62_000);
    expect(lag.of(150n, 62_001)).toBe(2_001);
    expect(lag.of(299n, 62_002)).toBe(1_002);
    expect(lag.of(300n, 62_003)).toBe(0);
  });

  it('never underestimates, however long the standby is behind', () => {
    const lag = new ReplayLag();
    for (let n = 1; n <= 10_000; n += 1) {
      lag.add(BigInt(n), n * 1_000);
      expect(lag.of(1n, n * 1_000)).toBe((n - 1) * 1_000);
    }
    expect(lag.of(2_000n, 10_000_000)).toBeGreaterThanOrEqual(8_000_000);
    expect(lag.of(10_000n, 10_000_000)).toBe(0);
  });
});

describe('parsePosition', () => {
  it('reads what pg_lsn writes, and refuses everything else', () => {
    expect(parsePosition('0/3000148')).toBe(0x3000148n);
    expect(parsePosition('1A/FFFFFFFF')).toBe(0x1affffffffn);
    for (const text of ['', '1', '0/3000148 ', '0/300014G', '123456789/0', '0/-1'])
      expect(parsePosition(text)).toBeNull();
  });
});
