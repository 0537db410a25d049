import { sleep } from '../support/sleep.js';
import type { Fault } from './fault.js';

/** The database goes away, stands still, or has no room. */
export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of PostgreSQL',
    stopsDeliveryMs: 0,
    strike: async ({ testBed, random }) => {
      await testBed.postgres.kill();
      await sleep(random.between(0, 600));
      await testBed.reviveDatabase();
    },
  },
  {
    // One of its processes: the server then restarts itself, and throws everybody out.
    name: 'kill -9 of a PostgreSQL backend',
    stopsDeliveryMs: 0,
    strike: async ({ testBed, random }) => {
      const processes = await testBed.patiently(() => testBed.database.serverProcesses());
      signal(random.pick(processes), 'SIGKILL');
      await testBed.reviveDatabase();
    },
  },
  {
    name: 'PostgreSQL paused',
    stopsDeliveryMs: 0,
    strike: async ({ testBed, random }) => {
      const processes = [testBed.postgres.pid, ...(await testBed.patiently(() => testBed.database.serverProcesses()))];
      for (const pid of processes) signal(pid, 'SIGSTOP');
      await sleep(random.between(200, 1_500));
      for (const pid of processes) signal(pid, 'SIGCONT');
    },
  },
  {
    name: 'PostgreSQL connections cut',
    strike: async ({ testBed, random }) => {
      for (let times = random.between(1, 4); times > 0; times -= 1) {
        await testBed.patiently(() => testBed.database.cutConnections());
        await sleep(random.between(0, 150));
      }
    },
  },
  {
    // What a worker holds by then is somebody else's a moment later, though nobody died.
    name: 'clock of PostgreSQL jumps past all leases',
    strike: ({ testBed }) => testBed.endLeases(),
  },
  {
    name: 'disk full',
    stopsDeliveryMs: 0,
    cannot: ({ disk }) => ('skipped' in disk ? disk.skipped : undefined),
    strike: async ({ testBed, random }) => {
      const { disk } = testBed;
      if ('skipped' in disk) return;
      await disk.fill();
      await sleep(random.between(200, 1_200));
      await disk.clear();
      // A full disk may have ended the server, which does not go on where it cannot write its log.
      await testBed.reviveDatabase();
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
