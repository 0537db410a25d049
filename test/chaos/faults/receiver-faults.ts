import type { SinkMood } from '../support/sink.js';
import { sleep } from '../support/sleep.js';
import type { Fault } from './fault.js';

/** The receiver is in a bad mood, for those who wait for its answer and for who comes next. */
export const RECEIVER_FAULTS: readonly Fault[] = [
  receiver('receiver slow', 'slow'),
  receiver('receiver half-open', 'half-open'),
  receiver('receiver resets', 'resetting'),
  receiver('receiver answers garbage', 'garbage'),
  receiver('receiver away', 'away'),
];

function receiver(name: string, mood: SinkMood): Fault {
  return {
    name,
    strike: async ({ testBed, random }) => {
      testBed.sink.turn(mood);
      testBed.sink.release();
      await sleep(random.between(50, 400));
      testBed.sink.turn('prompt');
    },
  };
}
