import type { LiveConfiguration } from '@patchbay/core';
import type { Logger } from 'pino';
import type { HubDependencies } from './hub-dependencies.js';

const REFRESH_EVERY_MS = 5_000;
const PARTITIONS_EVERY_MS = 3_600_000;

/** Periodic work beside the requests: refreshes the configuration, creates and drops partitions. */
export class MaintenanceTasks {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();
  private unsubscribe: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly dependencies: HubDependencies,
    private readonly configuration: LiveConfiguration,
    private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    const refresh = (): void => this.runTask('configuration refresh', () => this.configuration.refresh());
    this.unsubscribe = await this.dependencies.configurationStore.onChange(refresh);
    // A lost notice delays the refresh by seconds. Code that needs the current configuration refreshes it by itself.
    this.timers.push(setInterval(refresh, REFRESH_EVERY_MS));
    const keep = (): void =>
      this.runTask('partition maintenance', async () => {
        const { clockMismatch } = await this.dependencies.partitions.run(this.stopping.signal);
        if (clockMismatch !== null) this.logger.error({ reason: clockMismatch }, 'nothing was deleted by age');
      });
    keep();
    this.timers.push(setInterval(keep, PARTITIONS_EVERY_MS));
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.stopping.abort();
    await Promise.all([...this.running, this.unsubscribe()]);
  }

  private runTask(name: string, work: () => Promise<unknown>): void {
    const task = work()
      .catch((error: unknown) =>
        this.logger.warn({ err: error, task: name }, 'maintenance task failed, next run repeats it'),
      )
      .finally(() => this.running.delete(task));
    this.running.add(task);
  }
}
