/** Script that keeps one core half busy. It ends when its parent process ends or when it is killed. */
const STEP_MS = 10;
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.exit();
  const end = performance.now() + STEP_MS;
  while (performance.now() < end);
}, 2 * STEP_MS);
