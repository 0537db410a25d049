import type { ConfigurationStore } from '@patchbay/core';

/** Time for which this process has not known a change of the configuration. */
export class ConfigurationLag {
  /** First change that this process was found not to know, and when. Null if the process knew all changes. */
  private missing: { readonly revision: number; readonly since: number } | null = null;

  /**
   * @param knownRevision returns the newest revision that this process knows
   * @param elapsedMs monotonic clock, in milliseconds
   */
  constructor(
    private readonly store: Pick<ConfigurationStore, 'revision'>,
    private readonly knownRevision: () => number,
    private readonly elapsedMs: () => number = () => performance.now(),
  ) {}

  /** Compares the process with the database, and returns the lag in seconds. 0 if the process knows all changes. */
  async seconds(): Promise<number> {
    const newest = await this.store.revision();
    const known = this.knownRevision();
    const now = this.elapsedMs();
    if (this.missing === null || known >= this.missing.revision) {
      this.missing = newest > known ? { revision: newest, since: now } : null;
    }
    return this.missing === null ? 0 : (now - this.missing.since) / 1_000;
  }
}
