import type { SourceAdapters } from '../event/source-adapter.port.js';
import { CompiledConfiguration } from './compiled-configuration.js';
import type { ConfigurationStore } from './configuration-store.port.js';

/**
 * The configuration that this process goes by. It is refreshed when told of a change, and checked against the store
 * wherever being out of date would do harm.
 */
export class LiveConfiguration {
  private readonly listeners: (() => void)[] = [];
  private compiled: CompiledConfiguration | null = null;
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;

  constructor(
    private readonly store: Pick<ConfigurationStore, 'revision' | 'load'>,
    private readonly adapters: SourceAdapters,
  ) {}

  /** Throws before the first {@link refresh}: ingest listens only once the configuration is loaded. */
  get current(): CompiledConfiguration {
    if (this.compiled === null) throw new Error('The configuration has not been loaded yet.');
    return this.compiled;
  }

  /**
   * Resolves when what is in memory is at least as new as the store was when this was called. Calls that come together
   * share one check; a check that was already under way is not good enough, since it may have looked too early.
   */
  refresh(): Promise<void> {
    if (this.running === null) return this.run();
    this.next ??= this.running.then(
      () => this.run(),
      () => this.run(),
    );
    return this.next;
  }

  /** Calls back each time another configuration was loaded. */
  onLoad(listener: () => void): void {
    this.listeners.push(listener);
  }

  private run(): Promise<void> {
    this.next = null;
    const check = this.check().finally(() => {
      if (this.running === check) this.running = null;
    });
    this.running = check;
    return check;
  }

  private async check(): Promise<void> {
    const newest = await this.store.revision();
    if (this.compiled !== null && this.compiled.revision >= newest) return;
    this.compiled = new CompiledConfiguration(await this.store.load(), this.adapters);
    for (const listener of this.listeners) listener();
  }
}
