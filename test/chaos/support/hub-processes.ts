import { HubProcess, type HubRole } from './hub-process.js';
import type { SeededRandom } from './seeded-random.js';
import { WallClocks } from './wall-clocks.js';

/** The places of the hub processes: one door, two workers. */
export const SEATS = ['api', 'worker-1', 'worker-2'] as const;
export type Seat = (typeof SEATS)[number];
export const WORKERS: readonly Seat[] = ['worker-1', 'worker-2'];

export interface HubProcessesOptions {
  /** Run from the sources, where nothing is built; it takes twice as long to load. */
  readonly fromSources: boolean;
  /** Processes that stand by, loaded. */
  readonly spares: number;
  /** Draws the wall clock of each process. */
  readonly random: SeededRandom;
  readonly roleOf: (seat: Seat) => HubRole;
}

/** A hub that ended though nobody ended it. */
export interface Crash {
  readonly seat: Seat;
  readonly how: string;
  /** What it said on standard error. */
  readonly cries: readonly string[];
}

const AGAIN_AFTER_MS = 100;
/** Longer than any fault keeps the database away. */
const CANNOT_START_AFTER_MS = 60_000;

/**
 * Keeps a hub in every seat, as systemd or a container platform would: who ends is replaced. Who ends after having
 * been ready, and was not ended by the suite, is noted as a crash.
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

  /** Resolves when every seat has a hub that is ready; rejects where one cannot start, and says why. */
  async start(): Promise<void> {
    this.standBy(SEATS.length + this.options.spares);
    for (const seat of SEATS) this.fill(seat);
    await this.seated(SEATS);
    this.started = true;
  }

  /** Resolves when each of these seats has a hub that is ready; rejects where the hub processes are stopped meanwhile. */
  async seated(seats: readonly Seat[]): Promise<void> {
    while (seats.some((seat) => !this.inSeat.has(seat))) {
      if (this.closing.signal.aborted) throw new Error('The hub processes are stopped.');
      for (const seat of seats) await this.filling.get(seat);
    }
  }

  /** Seats among these that have a hub that is ready. Waits until there is one; rejects if the hub processes are stopped meanwhile. */
  async occupied(seats: readonly Seat[]): Promise<readonly Seat[]> {
    for (;;) {
      const occupied = seats.filter((seat) => this.inSeat.has(seat));
      if (occupied.length > 0) return occupied;
      if (this.closing.signal.aborted) throw new Error('The hub processes are stopped.');
      const arriving = seats.flatMap((seat) => this.filling.get(seat) ?? []);
      if (arriving.length === 0) throw new Error(`Nobody takes the seats ${seats.join(', ')}.`);
      await Promise.race(arriving);
    }
  }

  /** Who sits there now; undefined while it is being replaced. */
  at(seat: Seat): HubProcess | undefined {
    return this.inSeat.get(seat);
  }

  /** `kill -9`. Returns when it has gone; somebody else takes the seat. */
  async kill(seat: Seat): Promise<void> {
    await this.end(seat, 'SIGKILL');
  }

  /** As a deployment does it. Returns when it has gone by itself; somebody else takes the seat. */
  async terminate(seat: Seat): Promise<void> {
    await this.end(seat, 'SIGTERM');
  }

  /** The end of the log of everybody who sits, for whoever looks into a failure. */
  logs(): string {
    return [...this.inSeat].map(([seat, hub]) => `--- ${seat}\n${hub.log.join('\n')}`).join('\n');
  }

  /** Ends everybody at once. */
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
    const filled = this.seatSomebody(seat).finally(() => this.filling.delete(seat));
    filled.catch(() => undefined);
    this.filling.set(seat, filled);
  }

  private async seatSomebody(seat: Seat): Promise<void> {
    const since = performance.now();
    while (!this.closing.signal.aborted) {
      const hub = this.spares.shift() ?? this.launch();
      try {
        await hub.become(this.options.roleOf(seat));
      } catch (error) {
        await hub.kill();
        // Once all was well the database may be away just now, but not for ever.
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
    if (!this.expected.has(hub)) this.crashes.push({ seat, how, cries: [...hub.cries] });
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
