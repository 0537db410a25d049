import type { SinkMode } from '../support/sink.js';
import { sleep } from '../support/sleep.js';
import type { Fault } from './fault.js';

/** Faults of the receiver. They affect new requests, and requests that the receiver has not answered yet. */
export const RECEIVER_FAULTS: readonly Fault[] = [
  receiver('receiver slow', 'slow'),
  receiver('receiver half-open', 'half-open'),
  receiver('receiver resets', 'resetting'),
  receiver('receiver answers garbage', 'garbage'),
  receiver('receiver away', 'away'),
];

function receiver(name: string, mode: SinkMode): Fault {
  return {
    name,
    inject: async ({ testBed, random }) => {
      testBed.sink.turn(mode);
      testBed.sink.release();
      await sleep(random.between(50, 400));
      testBed.sink.turn('prompt');
    },
  };
}
