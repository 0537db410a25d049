/**
 * The folder that one run of Jest keeps its servers in, in plain JavaScript because Jest loads its global
 * set-up without a transform. Every server is noted in `servers/<name>.json` as `{ pid, stamp }`, the stamp
 * as `@patchbay/embedded` makes it: with the time the process started, so that no other one is ever ended.
 */
import { chmod, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Names the folder to the workers, which inherit the environment. */
export const RUN_VARIABLE = 'PATCHBAY_TEST_RUN';

const PREFIX = 'patchbay-test-';
const STOPS_WITHIN_MS = 20_000;

/** Start time in the kernel's ticks; `0` where there is no /proc; undefined once it has ended. */
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

/** Makes the folder of this run; its name tells whose it is, also after this process was killed. */
export async function makeRunFolder() {
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-${await startedAt(process.pid)}-`));
  await chmod(folder, 0o711); // PostgreSQL's own user passes through it when Jest runs as root.
  await mkdir(join(folder, 'servers'));
  return folder;
}

async function stop({ pid, stamp }) {
  if (!(await isAlive(stamp))) return;
  process.kill(pid, 'SIGINT'); // A fast and clean shutdown for PostgreSQL and Redis alike.
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

/** Ends what runs that were killed have left: they had no chance to do it themselves. */
export async function endAbandonedRuns() {
  for (const name of await readdir(tmpdir())) {
    const stamp = name.startsWith(PREFIX) ? /^\d+-\d+/.exec(name.slice(PREFIX.length)) : null;
    if (stamp === null || (await isAlive(stamp[0]))) continue;
    // Another run may be doing the same, and the folder may be another user's.
    await endRun(join(tmpdir(), name)).catch(() => undefined);
  }
}
