/** Time within which a vendor has to report a status, in milliseconds, if the destination does not set it. */
const DEFAULT_STATUS_TIMEOUT_MS = 86_400_000;

/** Destinations whose vendors report statuses. */
export interface ExpectedStatuses {
  /** Types of the destinations. */
  readonly types: readonly string[];
  /** Time within which a vendor has to report a status of a sent message, in milliseconds, if the destination sets none. */
  readonly defaultWithinMs: number;
}

/** Store that finds the sent messages about which the vendor has reported nothing. */
export interface MissingStatusStore {
  /**
   * Checks the messages of destinations whose time is over. Appends one outbox entry per destination with messages
   * without a status. Checks only destinations of brands with a subscription to `status.missing`. Each message is checked
   * once, by one process.
   * @returns true if messages are left to check
   */
  check(expected: ExpectedStatuses): Promise<boolean>;
}

/** Plugins of this hub. */
interface InstalledPlugins {
  readonly types: readonly string[];
  facts(type: string): { readonly hasStatusCallback: boolean } | undefined;
}

/** Finds messages whose vendor status never arrives, for the operational event `status.missing`. */
export class MissingStatuses {
  constructor(
    private readonly store: MissingStatusStore,
    private readonly plugins: InstalledPlugins,
  ) {}

  /** Runs one bounded check. Resolves with true if messages are left to check. */
  async once(): Promise<boolean> {
    const types = this.plugins.types.filter((type) => this.plugins.facts(type)?.hasStatusCallback === true);
    return types.length > 0 && (await this.store.check({ types, defaultWithinMs: DEFAULT_STATUS_TIMEOUT_MS }));
  }
}
