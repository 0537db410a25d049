import { readFile } from 'node:fs/promises';
import { errorCode } from './error-code.js';

/**
 * When a process started, in the kernel's ticks since boot (Linux, /proc/<pid>/stat field 22); undefined
 * elsewhere, when there is no such process, and when it has ended but nobody has collected it (a container's
 * first process may never do so). With it a number that was given out again is told apart.
 */
async function startedAt(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Whether some process has this number now. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** `<pid>-<start>`, the name of a process that does not come back with another process; start is 0 where unknown. */
export async function processStamp(pid: number = process.pid): Promise<string> {
  return `${pid}-${(await startedAt(pid)) ?? '0'}`;
}

/** Whether the process a stamp was made of still runs. */
export async function isStampAlive(stamp: string): Promise<boolean> {
  const match = /^(\d+)-(\d+)/.exec(stamp);
  if (match === null) return false;
  const pid = Number(match[1]);
  if (pid === 0 || !isAlive(pid)) return false;
  const start = await startedAt(pid);
  if (start === undefined) return process.platform !== 'linux';
  return match[2] === '0' || match[2] === start;
}
