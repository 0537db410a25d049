import { HubProcess, type HubRole } from './hub-process.js';
import type { SeededRandom } from './seeded-random.js';
import { WallClocks } from './wall-clocks.js';

/** Roles of the hub processes: one API process and two workers. Each seat always has one process. */
export const SEATS = ['api', 'worker-1', 'worker-2'] as const;
export type Seat = (typeof SEATS)[number];
export const WORKERS: readonly Seat[] = ['worker-1', 'worker-2'];

export interface HubProcessesOptions {
  /** Runs the hub from its sources, without a build. Loading takes twice as long. */
  readonly fromSources: boolean;
  /** Number of loaded spare processes. */
  readonly spares: number;
  /** Selects the wall clock of each process. */
  readonly random: SeededRandom;
  readonly roleOf: (seat: Seat) => HubRole;
}

/** Hub process that ended, though the suite did not end it. */
export interface Crash {
  readonly seat: Seat;
  readonly how: string;
  /** Last lines of standard error. */
  readonly errorLines: readonly string[];
}

const AGAIN_AFTER_MS = 100;
/** Longer than any fault keeps the database away. */
const CANNOT_START_AFTER_MS = 60_000;

/**
 * Supervisor that keeps one hub process in every seat and replaces ended processes, as systemd or a container platform
 * does. Records a crash if a process was ready and then ended, though the suite did not end it.
 */
export class HubProcesses {
  readonly crashes: Crash[] = [];
  readonly clocks: WallClocks;
  private readonly spares: HubProcess[] = [];
  private readonly all = new Set<HubProcess>();
  private readonly inSeat = new Map<Seat, HubProcess>();
  private readonly filling = new Map<Seat, Promise<void>>();
  private readonly expected = new WeakSet<HubProcess>();
  private started = false;
  private readonly closing = new AbortController();

  constructor(private readonly options: HubProcessesOptions) {
    this.clocks = new WallClocks(options.random);
  }

  /** Starts all hubs. Resolves when every seat has a ready hub; rejects with the cause if a hub cannot start. */
  async start(): Promise<void> {
    this.standBy(SEATS.length + this.options.spares);
    for (const seat of SEATS) this.fill(seat);
    await this.seated(SEATS);
    this.started = true;
  }

  /** Resolves when each of the seats has a ready hub. Rejects if {@link close} is called meanwhile. */
  async seated(seats: readonly Seat[]): Promise<void> {
    while (seats.some((seat) => !this.inSeat.has(seat))) {
      if (this.closing.signal.aborted) throw new Error('The hub processes are stopped.');
      for (const seat of seats) await this.filling.get(seat);
    }
  }

  /** Returns the seats that have a ready hub. Waits until there is one. Rejects if {@link close} is called meanwhile. */
  async occupied(seats: readonly Seat[]): Promise<readonly Seat[]> {
    for (;;) {
      const occupied = seats.filter((seat) => this.inSeat.has(seat));
      if (occupied.length > 0) return occupied;
      if (this.closing.signal.aborted) throw new Error('The hub processes are stopped.');
      const arriving = seats.flatMap((seat) => this.filling.get(seat) ?? []);
      if (arriving.length === 0) throw new Error(`No hub process is starting for the seats ${seats.join(', ')}.`);
      await Promise.race(arriving);
    }
  }

  /** Returns the process of the seat. Undefined while the process is being replaced. */
  at(seat: Seat): HubProcess | undefined {
    return this.inSeat.get(seat);
  }

  /** Sends SIGKILL. Resolves when the process has ended; another process replaces it. */
  async kill(seat: Seat): Promise<void> {
    await this.end(seat, 'SIGKILL');
  }

  /** Sends SIGTERM, as a deployment does. Resolves when the process has ended; another process replaces it. */
  async terminate(seat: Seat): Promise<void> {
    await this.end(seat, 'SIGTERM');
  }

  /** Returns the last log lines of every running hub. */
  logs(): string {
    return [...this.inSeat].map(([seat, hub]) => `--- ${seat}\n${hub.log.join('\n')}`).join('\n');
  }

  /** Kills all processes. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.all([...this.all].map((hub) => hub.kill()));
    await Promise.allSettled([...this.filling.values()]);
  }

  private async end(seat: Seat, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const hub = this.inSeat.get(seat);
    if (hub === undefined) return;
    this.expected.add(hub);
    hub.signal(signal);
    await hub.ended;
  }

  private fill(seat: Seat): void {
    this.inSeat.delete(seat);
    const filled = this.startIn(seat).finally(() => this.filling.delete(seat));
    filled.catch(() => undefined);
    this.filling.set(seat, filled);
  }

  private async startIn(seat: Seat): Promise<void> {
    const since = performance.now();
    while (!this.closing.signal.aborted) {
      const hub = this.spares.shift() ?? this.launch();
      try {
        await hub.become(this.options.roleOf(seat));
      } catch (error) {
        await hub.kill();
        // After the first start, a fault may have stopped the database for some time.
        if (!this.started || performance.now() - since > CANNOT_START_AFTER_MS) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
        continue;
      }
      this.inSeat.set(seat, hub);
      void hub.ended.then(({ code, signal }) => this.vacate(seat, hub, signal ?? `exit ${code}`));
      this.standBy(this.options.spares);
      return;
    }
  }

  private vacate(seat: Seat, hub: HubProcess, how: string): void {
    if (this.closing.signal.aborted) return;
    if (!this.expected.has(hub)) this.crashes.push({ seat, how, errorLines: [...hub.errorLines] });
    this.fill(seat);
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
