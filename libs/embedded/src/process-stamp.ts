import { readFile } from 'node:fs/promises';
import { errorCode } from './error-code.js';

/**
 * Returns the time at which a process started, in the kernel's ticks since boot (Linux, /proc/<pid>/stat field 22). The
 * pid and this time together identify a process, because pids are reused. Returns undefined on other systems, or if the
 * process does not exist or is a zombie. In a container, the first process may never remove zombies.
 */
async function startedAt(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets. The name may itself contain spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Returns true if a process with this pid exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/**
 * Returns `<pid>-<start>`, which identifies a process even if its pid is reused. `<start>` is 0 if the start time is
 * unknown.
 */
export async function processStamp(pid: number = process.pid): Promise<string> {
  return `${pid}-${(await startedAt(pid)) ?? '0'}`;
}

/** Returns true if the process with this stamp still runs. */
export async function isStampAlive(stamp: string): Promise<boolean> {
  const match = /^(\d+)-(\d+)/.exec(stamp);
  if (match === null) return false;
  const pid = Number(match[1]);
  if (pid === 0 || !isAlive(pid)) return false;
  const start = await startedAt(pid);
  if (start === undefined) return process.platform !== 'linux';
  return match[2] === '0' || match[2] === start;
}
