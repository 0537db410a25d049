import type { Piscina } from 'piscina';

/** Megabytes. A thread that needs more is ended. */
const MEMORY_MB = 192;
/** A thread that has had nothing to do for this long is ended, in milliseconds. */
const IDLE_MS = 60_000;
/** Below the event loop's priority, on systems that can. */
const NICE = 5;

type ThreadOptions = NonNullable<ConstructorParameters<typeof Piscina>[0]>;

/** One thread: it takes one core at most, and leaves the others to the event loop and the database. */
export function threadOptions(): ThreadOptions {
  const fromSource = import.meta.url.endsWith('.ts');
  return {
    filename: new URL(fromSource ? 'template-thread.ts' : 'template-thread.js', import.meta.url).href,
    // The thread's file is run as it is: from its source it needs the loader that the tests have of their own.
    ...(fromSource ? { execArgv: ['--import', '@swc-node/register/esm-register', '-C', 'patchbay-src'] } : {}),
    // Nothing of the hub's configuration can be read in the thread.
    env: {},
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    niceIncrement: NICE,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: 32 },
  };
}
