import { expect, it } from '@jest/globals';
import { ConfigurationLag } from './configuration-lag.js';

it('measures from the first check that found an unknown change until the process knows that change', async () => {
  let [newest, known, now] = [5, 5, 0];
  const lag = new ConfigurationLag(
    { revision: () => Promise.resolve(newest) },
    () => known,
    () => now,
  );
  const secondsAt = (at: number): Promise<number> => {
    now = at;
    return lag.seconds();
  };
  expect(await secondsAt(1_000)).toBe(0);
  newest = 6;
  expect(await secondsAt(15_000)).toBe(0);
  newest = 7;
  expect(await secondsAt(30_000)).toBe(15);
  // The process has caught up with the first change, so only the second change counts.
  known = 6;
  expect(await secondsAt(45_000)).toBe(0);
  expect(await secondsAt(60_000)).toBe(15);
  known = 7;
  expect(await secondsAt(75_000)).toBe(0);
});
