import { HubProcess, type HubRole } from './hub-process.js';
import type { SeededRandom } from './seeded-random.js';
import { WallClocks } from './wall-clocks.js';

/**
 * Names of the hub processes, which all deliver: one process of the role `all`, which also takes events, and two
 * workers. A process that ends is replaced by a new process with the same name.
 */
export const HUB_NAMES = ['all', 'worker-1', 'worker-2'] as const;
export type HubName = (typeof HUB_NAMES)[number];

export interface HubProcessesOptions {
  /** True to run the hub from its sources, without a build. The hub then takes twice as long to load. */
  readonly fromSources: boolean;
  /** Number of spare processes that have loaded the hub's modules. */
  readonly spares: number;
  /** Random numbers that select the wall clock of each process. */
  readonly random: SeededRandom;
  readonly roleOf: (name: HubName) => HubRole;
}

/** Hub process that ended, although the suite did not end it. */
export interface Crash {
  readonly name: HubName;
  readonly how: string;
  /** Last lines of standard error. */
  readonly errorLines: readonly string[];
}

const AGAIN_AFTER_MS = 100;
/**
 * Time in milliseconds after which a hub that does not start is an error; longer than any fault makes the database
 * unavailable.
 */
const CANNOT_START_AFTER_MS = 60_000;

/**
 * Supervisor that keeps one hub process per name running. Replaces ended processes, as systemd or a container platform
 * does. Records a crash if a ready process ends, although the suite did not end the process.
 */
export class HubProcesses {
  readonly crashes: Crash[] = [];
  readonly clocks: WallClocks;
  private readonly spares: HubProcess[] = [];
  private readonly all = new Set<HubProcess>();
  private readonly ready = new Map<HubName, HubProcess>();
  private readonly starting = new Map<HubName, Promise<void>>();
  private readonly expected = new WeakSet<HubProcess>();
  private started = false;
  private readonly closing = new AbortController();

  constructor(private readonly options: HubProcessesOptions) {
    this.clocks = new WallClocks(options.random);
  }

  /** Starts all hubs. Resolves when all hubs are ready; rejects with the cause if a hub cannot start. */
  async start(): Promise<void> {
    this.standBy(HUB_NAMES.length + this.options.spares);
    for (const name of HUB_NAMES) this.startHub(name);
    await this.waitUntilReady(HUB_NAMES);
    this.started = true;
  }

  /** Resolves when the named hubs are ready. Rejects if {@link close} is called during the wait. */
  async waitUntilReady(names: readonly HubName[]): Promise<void> {
    while (names.some((name) => !this.ready.has(name))) {
      if (this.closing.signal.aborted)
        throw new Error('The wait for hub processes was ended, because all of them are being stopped.');
      for (const name of names) await this.starting.get(name);
    }
  }

  /**
   * Waits until one of the named hubs is ready, and returns the names of all ready hubs. Rejects if {@link close} is
   * called during the wait.
   */
  async waitForAnyReady(names: readonly HubName[]): Promise<readonly HubName[]> {
    for (;;) {
      const ready = names.filter((name) => this.ready.has(name));
      if (ready.length > 0) return ready;
      if (this.closing.signal.aborted)
        throw new Error('The wait for hub processes was ended, because all of them are being stopped.');
      const arriving = names.flatMap((name) => this.starting.get(name) ?? []);
      if (arriving.length === 0)
        throw new Error(
          `None of the hub processes ${names.join(', ')} is ready or starting. Read their logs for the reason.`,
        );
      await Promise.race(arriving);
    }
  }

  /** Returns the hub process with this name. Undefined while the process is being replaced. */
  at(name: HubName): HubProcess | undefined {
    return this.ready.get(name);
  }

  /** Sends SIGKILL to a hub process. Resolves when the process has ended; another process replaces it. */
  async kill(name: HubName): Promise<void> {
    await this.end(name, 'SIGKILL');
  }

  /**
   * Sends SIGTERM to a hub process, as a deployment does. Resolves when the process has ended; another process replaces
   * it.
   */
  async terminate(name: HubName): Promise<void> {
    await this.end(name, 'SIGTERM');
  }

  /** Returns the last log lines of every running hub. */
  logs(): string {
    return [...this.ready].map(([name, hub]) => `--- ${name}\n${hub.log.join('\n')}`).join('\n');
  }

  /** Kills all hub processes, including the spare processes. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([...this.all].map((hub) => hub.kill()));
    await Promise.allSettled([...this.starting.values()]);
  }

  private async end(name: HubName, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const hub = this.ready.get(name);
    if (hub === undefined) return;
    this.expected.add(hub);
    hub.signal(signal);
    await hub.ended;
  }

  private startHub(name: HubName): void {
    this.ready.delete(name);
    const started = this.startAs(name).finally(() => this.starting.delete(name));
    started.catch(() => undefined);
    this.starting.set(name, started);
  }

  private async startAs(name: HubName): Promise<void> {
    const since = performance.now();
    while (!this.closing.signal.aborted) {
      const hub = this.spares.shift() ?? this.launch();
      try {
        await hub.become(this.options.roleOf(name));
      } catch (error) {
        await hub.kill();
        // After the first start, a fault may have stopped the database for some time.
        if (!this.started || performance.now() - since > CANNOT_START_AFTER_MS) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
        continue;
      }
      this.ready.set(name, hub);
      void hub.ended.then(({ code, signal }) => this.replaceEnded(name, hub, signal ?? `exit ${code}`));
      this.standBy(this.options.spares);
      return;
    }
  }

  private replaceEnded(name: HubName, hub: HubProcess, how: string): void {
    if (this.closing.signal.aborted) return;
    if (!this.expected.has(hub)) this.crashes.push({ name, how, errorLines: [...hub.errorLines] });
    this.startHub(name);
  }

  private standBy(count: number): void {
    while (this.spares.length < count && !this.closing.signal.aborted) this.spares.push(this.launch());
  }

  private launch(): HubProcess {
    const hub = new HubProcess(this.options.fromSources, this.clocks.next());
    this.all.add(hub);
    void hub.ended.then(() => this.all.delete(hub));
    return hub;
  }
}
