import type { LiveConfiguration } from '@patchbay/core';
import type { Logger } from 'pino';
import type { HubParts } from './hub-parts.js';

const REFRESH_EVERY_MS = 5_000;
const PARTITIONS_EVERY_MS = 3_600_000;

/** What runs beside the requests: the configuration kept fresh, partitions made and dropped. */
export class Background {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();
  private unsubscribe: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly parts: HubParts,
    private readonly configuration: LiveConfiguration,
    private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    const refresh = (): void => this.attempt('refresh of the configuration', () => this.configuration.refresh());
    this.unsubscribe = await this.parts.configurationStore.onChange(refresh);
    // The notice is a hint: one that is lost costs seconds here, and nothing where staleness matters.
    this.timers.push(setInterval(refresh, REFRESH_EVERY_MS));
    const keep = (): void =>
      this.attempt('upkeep of the partitions', async () => {
        const { clockDoubt } = await this.parts.partitions.keep(this.stopping.signal);
        if (clockDoubt !== null) this.logger.error({ reason: clockDoubt }, 'nothing was deleted by age');
      });
    keep();
    this.timers.push(setInterval(keep, PARTITIONS_EVERY_MS));
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.stopping.abort();
    await Promise.all([...this.running, this.unsubscribe()]);
  }

  private attempt(what: string, work: () => Promise<unknown>): void {
    const round = work()
      .catch((error: unknown) => this.logger.warn({ err: error, what }, 'it failed; the next round tries again'))
      .finally(() => this.running.delete(round));
    this.running.add(round);
  }
}
