import { sleep } from '../support/sleep.js';
import type { Fault } from './fault.js';

/** The database goes away, stands still, or has no room. */
export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of PostgreSQL',
    stopsDeliveryMs: 0,
    strike: async ({ stage, random }) => {
      await stage.postgres.kill();
      await sleep(random.between(0, 600));
      await stage.reviveDatabase();
    },
  },
  {
    // One of its processes: the server then restarts itself, and throws everybody out.
    name: 'kill -9 of a PostgreSQL backend',
    stopsDeliveryMs: 0,
    strike: async ({ stage, random }) => {
      const processes = await stage.patiently(() => stage.database.serverProcesses());
      signal(random.pick(processes), 'SIGKILL');
      await stage.reviveDatabase();
    },
  },
  {
    name: 'PostgreSQL paused',
    stopsDeliveryMs: 0,
    strike: async ({ stage, random }) => {
      const processes = [stage.postgres.pid, ...(await stage.patiently(() => stage.database.serverProcesses()))];
      for (const pid of processes) signal(pid, 'SIGSTOP');
      await sleep(random.between(200, 1_500));
      for (const pid of processes) signal(pid, 'SIGCONT');
    },
  },
  {
    name: 'PostgreSQL connections cut',
    strike: async ({ stage, random }) => {
      for (let times = random.between(1, 4); times > 0; times -= 1) {
        await stage.patiently(() => stage.database.cutConnections());
        await sleep(random.between(0, 150));
      }
    },
  },
  {
    // What a worker holds by then is somebody else's a moment later, though nobody died.
    name: 'clock of PostgreSQL jumps past all leases',
    strike: ({ stage }) => stage.endLeases(),
  },
  {
    name: 'disk full',
    stopsDeliveryMs: 0,
    cannot: ({ disk }) => ('skipped' in disk ? disk.skipped : undefined),
    strike: async ({ stage, random }) => {
      const { disk } = stage;
      if ('skipped' in disk) return;
      await disk.fill();
      await sleep(random.between(200, 1_200));
      await disk.clear();
      // A full disk may have ended the server, which does not go on where it cannot write its log.
      await stage.reviveDatabase();
    },
  },
];

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended since it was listed.
  }
}
