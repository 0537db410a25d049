import { sleep } from '../support/sleep.js';
import type { Fault } from './fault.js';

/** Faults of PostgreSQL: crashes, pauses, lost connections, ended leases and a full disk. */
export const DATABASE_FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of PostgreSQL',
    stopsDeliveryMs: 0,
    inject: async ({ testBed, random }) => {
      await testBed.postgres.kill();
      await sleep(random.between(0, 600));
      await testBed.reviveDatabase();
    },
  },
  {
    // If one of its server processes is killed, PostgreSQL restarts itself and closes all connections.
    name: 'kill -9 of a PostgreSQL backend',
    stopsDeliveryMs: 0,
    inject: async ({ testBed, random }) => {
      const processes = await testBed.patiently(() => testBed.database.serverProcesses());
      signal(random.pick(processes), 'SIGKILL');
      await testBed.reviveDatabase();
    },
  },
  {
    name: 'PostgreSQL paused',
    stopsDeliveryMs: 0,
    inject: async ({ testBed, random }) => {
      const processes = [testBed.postgres.pid, ...(await testBed.patiently(() => testBed.database.serverProcesses()))];
      for (const pid of processes) signal(pid, 'SIGSTOP');
      await sleep(random.between(200, 1_500));
      for (const pid of processes) signal(pid, 'SIGCONT');
    },
  },
  {
    name: 'PostgreSQL connections cut',
    inject: async ({ testBed, random }) => {
      for (let times = random.between(1, 4); times > 0; times -= 1) {
        await testBed.patiently(() => testBed.database.cutConnections());
        await sleep(random.between(0, 150));
      }
    },
  },
  {
    // Other workers reclaim the deliveries of a worker that still runs.
    name: 'clock of PostgreSQL jumps past all leases',
    inject: ({ testBed }) => testBed.endLeases(),
  },
  {
    name: 'disk full',
    stopsDeliveryMs: 0,
    cannot: ({ disk }) => ('skipped' in disk ? disk.skipped : undefined),
    inject: async ({ testBed, random }) => {
      const { disk } = testBed;
      if ('skipped' in disk) return;
      await disk.fill();
      await sleep(random.between(200, 1_200));
      await disk.clear();
      // The PostgreSQL server may have ended, because PostgreSQL stops if it cannot write its WAL.
      await testBed.reviveDatabase();
    },
  },
];

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // The process ended after `serverProcesses` had returned its id.
  }
}
