import { WORKERS } from '../support/fleet.js';
import type { Stage } from '../support/stage.js';
import { forMs, type Fault } from './fault.js';

const workersAreUp = ({ fleet }: Stage): Promise<unknown> => fleet.seated(WORKERS);

/** Processes of the hub that end, stop and go on. */
export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of the door',
    ready: ({ fleet }) => fleet.seated(['api']),
    strike: ({ stage }) => stage.fleet.kill('api'),
  },
  {
    // Or of both: then nobody sees them die.
    name: 'kill -9 of a worker',
    ready: workersAreUp,
    strike: async ({ stage, random }) => {
      const victims = random.chance(0.3) ? WORKERS : [random.pick(WORKERS)];
      await Promise.all(victims.map((seat) => stage.fleet.kill(seat)));
      await forMs(random.between(0, 1_500));
      await stage.endLeases();
    },
  },
  {
    name: 'SIGTERM of a worker',
    ready: workersAreUp,
    strike: ({ stage, random }) => stage.fleet.terminate(random.pick(WORKERS)),
  },
  {
    // Its work is taken over while it sleeps, and when it wakes up it must not go on with it.
    name: 'worker stopped, overtaken, resumed',
    ready: workersAreUp,
    strike: async ({ stage, random }) => {
      const worker = stage.fleet.at(random.pick(WORKERS));
      worker?.signal('SIGSTOP');
      await stage.endLeases();
      await forMs(random.between(100, 5_000));
      worker?.signal('SIGCONT');
    },
  },
];
