import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.js';

/** Kills a process of the test (`kill -9`) and waits for its end. A process that has already ended is not an error. */
export async function killProcess(pid: number): Promise<void> {
  if (!runs(pid)) return;
  process.kill(pid, 'SIGKILL');
  await until(() => !runs(pid), { what: `process ${pid} to be gone` });
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !isZombie(pid);
}

/**
 * A process that has ended keeps its id until its parent asks for its exit code. On a busy machine, this takes long. The
 * first thread can end before the others, which then still hold the sockets and files.
 */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The state follows the name in parentheses (proc_pid_stat(5)).
    const isEnded = /^ [ZX] /.test(stat.slice(stat.lastIndexOf(')') + 1));
    return isEnded && readdirSync(`/proc/${pid}/task`).length === 1;
  } catch {
    return false; // A system without /proc.
  }
}
