import type { Piscina } from 'piscina';

/** Memory limit in megabytes. A thread that exceeds it is terminated. */
const MEMORY_MB = 192;
/** Idle time after which a thread is terminated, in milliseconds. */
const IDLE_MS = 60_000;
/** Nice increment: lowers the priority below that of the event loop, if the system supports it. */
const NICE = 5;

type ThreadOptions = NonNullable<ConstructorParameters<typeof Piscina>[0]>;

/**
 * Returns the options of the thread pool. The pool has one thread, so it uses at most one core and leaves the other
 * cores to the event loop and the database.
 */
export function threadOptions(): ThreadOptions {
  const fromSource = import.meta.url.endsWith('.ts');
  return {
    filename: new URL(fromSource ? 'template-thread.ts' : 'template-thread.js', import.meta.url).href,
    // The thread does not inherit the loader of the tests, so a TypeScript file needs it explicitly.
    ...(fromSource ? { execArgv: ['--import', '@swc-node/register/esm-register', '-C', 'patchbay-src'] } : {}),
    // No environment variables are passed, so that the thread cannot read the configuration of the hub.
    env: {},
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    niceIncrement: NICE,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 32 },
  };
}
