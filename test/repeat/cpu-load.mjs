/** Keeps one core half busy until it is killed or the process that started it ends. */
const STEP_MS = 10;
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.exit();
  const end = performance.now() + STEP_MS;
  while (performance.now() < end);
}, 2 * STEP_MS);
