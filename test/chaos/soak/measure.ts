import { readdir, readFile } from 'node:fs/promises';
import { HUB_NAMES } from '../support/hub-processes.js';
import type { TestBed } from '../support/test-bed.js';
import type { FlatLimit } from './flatness.js';

const MIB = 1_024 * 1_024;

/**
 * Limits of the growth from the middle of a soak to its end. A heap moves with the collections of garbage. A table of
 * open work grows until autovacuum makes its space free.
 */
export const FLAT_LIMITS: readonly FlatLimit[] = [
  { prefix: 'memory of', unit: 'MiB', factor: 1.2, slack: 32 },
  { prefix: 'descriptors of', unit: '', factor: 1.2, slack: 20 },
  { prefix: 'connections', unit: '', factor: 1.2, slack: 5 },
  { prefix: 'table', unit: 'MiB', factor: 1.5, slack: 8 },
];

/** Tables that contain only open work, so that they do not grow with the number of stored events. */
const TABLES_OF_OPEN_WORK = [
  ...['deliveries_waiting', 'claims', 'batches', 'order_blocks', 'triggered_steps', 'pending_status_updates'],
  ...['destination_states', 'destination_health', 'workers', 'locks', 'leases', 'message_outbox', 'operational_outbox'],
];

/**
 * Measures the hub processes and the database. A part that a fault makes unavailable is left out. Memory and
 * descriptors need `/proc`.
 */
export async function measure(testBed: TestBed): Promise<Readonly<Record<string, number>>> {
  const values: Record<string, number> = {};
  for (const name of HUB_NAMES) {
    const hub = testBed.hubs.at(name);
    if (hub === undefined) continue;
    const of = `${name}, process ${hub.pid}`;
    const memory = await memoryMiB(hub.pid);
    if (memory !== undefined) values[`memory of ${of}`] = memory;
    const descriptors = await readdir(`/proc/${hub.pid}/fd`).catch(() => undefined);
    if (descriptors !== undefined) values[`descriptors of ${of}`] = descriptors.length;
  }
  const database = await testBed.database.sizes(TABLES_OF_OPEN_WORK).catch(() => undefined);
  if (database === undefined) return values;
  values['connections'] = database.connections;
  values['database'] = database.bytes / MIB;
  for (const { name, bytes } of database.tables) values[`table ${name}`] = bytes / MIB;
  return values;
}

/** Returns the resident memory of a process. Undefined if the process has ended, or if the system has no `/proc`. */
async function memoryMiB(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}
