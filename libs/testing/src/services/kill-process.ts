import { until } from './until.js';

/** Ends a process of the test's own at once (`kill -9`) and returns when it is gone; one that is gone already is fine. */
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
