/**
 * Folder of one Jest run, which records its servers. Plain JavaScript, because Jest loads its global setup without a
 * transform. Each server has a file `servers/<name>.json` with `{ pid, stamp }`. The stamp of `@patchbay/embedded`
 * contains the start time of the process, so that no other process is ever ended.
 */
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Environment variable with the path of the run's folder; Jest's workers inherit the variable. */
export const RUN_VARIABLE = 'PATCHBAY_TEST_RUN';

const PREFIX = 'patchbay-test-';
const STOPS_WITHIN_MS = 20_000;

/** File system in memory that Linux offers. */
const MEMORY = '/dev/shm';
/** Free bytes that the databases of a whole run need, with a reserve. */
const MEMORY_NEEDED = 4 * 1024 ** 3;

/**
 * Returns the folder for the data of tests, which are deleted after the run. The folder is in memory if Linux has
 * enough. A database on a disk would wait for the disk after each commit and each truncation of a test.
 */
export async function testDataParent() {
  const memory = await statfs(MEMORY).catch(() => undefined);
  return memory !== undefined && memory.bavail * memory.bsize >= MEMORY_NEEDED ? MEMORY : tmpdir();
}

/**
 * Returns the start time of a process in kernel ticks; `0` on a machine without /proc; undefined if the process has
 * ended.
 */
async function startedAt(pid) {
  if (process.platform !== 'linux') return '0';
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function isAlive(stamp) {
  const [pid, start] = stamp.split('-');
  return exists(Number(pid)) && (await startedAt(pid)) === start;
}

/**
 * Creates the folder of this run in a parent folder. The folder's name contains the id of the run's process, so that
 * the owner is known even if the run was killed.
 */
export async function makeRunFolder(parent = tmpdir()) {
  const folder = await mkdtemp(join(parent, `${PREFIX}${process.pid}-${await startedAt(process.pid)}-`));
  await chmod(folder, 0o711); // PostgreSQL's own user needs access through the folder if Jest runs as root.
  await mkdir(join(folder, 'servers'));
  return folder;
}

async function stop({ pid, stamp }) {
  if (!(await isAlive(stamp))) return;
  process.kill(pid, 'SIGINT'); // Requests a fast and clean shutdown from PostgreSQL and Redis alike.
  const deadline = Date.now() + STOPS_WITHIN_MS;
  while (await isAlive(stamp)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
    await wait(20);
  }
}

/** Stops every server of a run and removes its folder. */
export async function endRun(folder) {
  const servers = join(folder, 'servers');
  const names = await readdir(servers).catch(() => []);
  await Promise.all(names.map(async (name) => stop(JSON.parse(await readFile(join(servers, name), 'utf8')))));
  await rm(folder, { recursive: true, force: true });
}

/** Stops the servers and removes the folders of runs that were killed before they could clean up. */
export async function endAbandonedRuns() {
  await endAbandonedRunsIn(tmpdir());
  await endAbandonedRunsIn(MEMORY);
}

async function endAbandonedRunsIn(parent) {
  for (const name of await readdir(parent).catch(() => [])) {
    const stamp = name.startsWith(PREFIX) ? /^\d+-\d+/.exec(name.slice(PREFIX.length)) : null;
    if (stamp === null || (await isAlive(stamp[0]))) continue;
    // Another run may remove the folder at this moment, or the folder may belong to another user.
    await endRun(join(parent, name)).catch(() => undefined);
  }
}
