import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds per tick of CPU time. Linux counts CPU time in hundredths of a second. */
const MICROSECONDS_A_TICK = 10_000;

/** True on Linux, where `/proc` contains the CPU time of processes. */
export const CPU_IS_MEASURED = process.platform === 'linux';

/** Returns the CPU time that all threads of these processes have used so far, in microseconds. */
export function cpuOf(pids) {
  return CPU_IS_MEASURED ? pids.reduce((sum, pid) => sum + (ownTime(pid) ?? 0), 0) : Number.NaN;
}

/**
 * Returns the CPU time of a process and its descendants, in microseconds. Includes ended children, whose time the kernel
 * adds to the parent that waited for them.
 */
export function cpuOfTree(root) {
  if (!CPU_IS_MEASURED) return Number.NaN;
  const all = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(Number(name));
    if (stat !== undefined) all.set(Number(name), stat);
  }
  const below = (pid) => pid === root || (all.has(pid) && below(all.get(pid).parent));
  let sum = 0;
  for (const [pid, { own, ended }] of all) if (below(pid)) sum += own + ended;
  return sum;
}

/** Returns the resident memory of a process, in MiB. NaN if the machine has no `/proc`. */
export function residentMebibytes(pid) {
  if (!CPU_IS_MEASURED) return Number.NaN;
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1_024;
}

function ownTime(pid) {
  return statOf(pid)?.own;
}

/**
 * Reads the fields of `/proc/<pid>/stat`, see proc_pid_stat(5). Starts after the last bracket, because the process name
 * before it may contain any text.
 */
function statOf(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (index) => Number(fields[index]) * MICROSECONDS_A_TICK;
  return { parent: Number(fields[1]), own: ticks(11) + ticks(12), ended: ticks(13) + ticks(14) };
}
