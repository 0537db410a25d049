import { setTimeout as delay } from 'node:timers/promises';
import type { SourceAdapters } from '../event/source-adapter.port.js';
import { CompiledConfiguration } from './compiled-configuration.js';
import type { ConfigurationRecords } from './configuration-snapshot.js';
import type { ConfigurationStore } from './configuration-store.port.js';

/** Listener for a load, with the records of the brands that were loaded. */
type LoadListener = (changed: ConfigurationRecords) => void;

/** Minimum time between two checks of {@link LiveConfiguration.refreshForStranger}, in milliseconds. */
const STRANGER_CHECK_EVERY_MS = 100;

/**
 * Configuration that this process uses. The configuration is refreshed after a change notification, and before
 * operations that must not use an outdated configuration. A refresh loads only the brands that changed.
 */
export class LiveConfiguration {
  /** The loaded configuration; null before the first {@link refresh}. Changed by this class only. */
  loaded: CompiledConfiguration | null = null;
  private readonly listeners: LoadListener[] = [];
  private running: Promise<void> | null = null;
  private next: Promise<void> | null = null;
  /** Check that the callers of {@link refreshForStranger} wait for. */
  private forStrangers: Promise<void> | null = null;
  /** Time of the newest check for strangers, by the monotonic clock, in milliseconds. */
  private strangerCheckAt = -Infinity;

  constructor(
    private readonly store: Pick<ConfigurationStore, 'revision' | 'load'>,
    private readonly adapters: SourceAdapters,
  ) {}

  /** Returns the loaded configuration. Throws before the first {@link refresh}. */
  get current(): CompiledConfiguration {
    if (this.loaded === null) throw new Error('The configuration was read before it was loaded. Call refresh() first.');
    return this.loaded;
  }

  /**
   * Resolves when the loaded configuration is at least as new as the stored configuration at the time of the call.
   * Simultaneous calls share one check. A new call does not share a check that is already running, because the running
   * check may have read an older revision.
   */
  refresh(): Promise<void> {
    if (this.running === null) return this.run();
    this.next ??= this.running.then(
      () => this.run(),
      () => this.run(),
    );
    return this.next;
  }

  /**
   * Like {@link refresh}, but checks at most every 100 ms, and callers wait for the next check. Use this if anybody without
   * credentials can cause the call.
   */
  refreshForStranger(): Promise<void> {
    this.forStrangers ??= this.checkForStrangers();
    return this.forStrangers;
  }

  /** Calls a listener after each load with the records of the changed brands. */
  onLoad(listener: LoadListener): void {
    this.listeners.push(listener);
  }

  private async checkForStrangers(): Promise<void> {
    await delay(Math.max(0, this.strangerCheckAt + STRANGER_CHECK_EVERY_MS - performance.now()));
    this.strangerCheckAt = performance.now();
    // A call during the check waits for another check, because this check may have read an older revision.
    this.forStrangers = null;
    await this.refresh();
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
    const former = this.loaded;
    if (former !== null && former.revision >= newest) return;
    const changed = await this.store.load(former?.revision);
    this.loaded = former === null ? new CompiledConfiguration(changed, this.adapters) : former.with(changed);
    for (const listener of this.listeners) listener(changed);
  }
}
