import { until } from './until.js';

/** Kills a process of the test (`kill -9`) and waits for its end. A process that has already ended is not an error. */
export async function killProcess(pid: number): Promise<void> {
  if (!exists(pid)) return;
  process.kill(pid, 'SIGKILL');
  await until(() => !exists(pid), { what: `process ${pid} to be gone` });
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
