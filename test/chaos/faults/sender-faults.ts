import { HUB_NAMES } from '../support/hub-processes.js';
import { sleep } from '../support/sleep.js';
import type { Fault } from './fault.js';

const MINUTE_MS = 60_000;
const REPEATED = 300;

/** Duplicate and unordered events, and clock jumps of hub processes. */
export const SENDER_FAULTS: readonly Fault[] = [
  {
    name: 'duplicates in disorder',
    inject: async ({ sender }) => {
      sender.make(50);
      sender.repeat(REPEATED);
    },
  },
  {
    name: 'clock of a process jumps',
    ready: ({ hubs }) => hubs.waitForAnyReady(HUB_NAMES),
    inject: async ({ testBed, random }) => {
      const hub = testBed.hubs.at(random.pick(await testBed.hubs.waitForAnyReady(HUB_NAMES)));
      const direction = random.chance(0.5) ? 1 : -1;
      hub?.shiftClock(direction * random.between(1, 90) * MINUTE_MS);
      await sleep(random.between(300, 1_500));
      hub?.shiftClock(0);
    },
  },
];
