import type { SourceAdapters } from '../event/source-adapter.port.js';
import { CompiledConfiguration } from './compiled-configuration.js';
import type { ConfigurationStore } from './configuration-store.port.js';

/**
 * Configuration that this process uses. It is refreshed after a change notification, and before operations that must not
 * use an outdated configuration.
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

  /** Returns the loaded configuration. Throws before the first {@link refresh}. */
  get current(): CompiledConfiguration {
    if (this.compiled === null)
      throw new Error('The configuration was read before it was loaded. Call refresh() first.');
    return this.compiled;
  }

  /**
   * Resolves when the loaded configuration is at least as new as the stored one at the time of the call. Simultaneous calls
   * share one check. A check that is already running is not shared, because it may have read an older revision.
   */
  refresh(): Promise<void> {
    if (this.running === null) return this.run();
    this.next ??= this.running.then(
      () => this.run(),
      () => this.run(),
    );
    return this.next;
  }

  /** Calls a listener after each load of another revision. */
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
