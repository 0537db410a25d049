import type { LiveConfiguration } from '../configuration/live-configuration.js';

/** Time within which a vendor has to report a status, in milliseconds, if the destination does not set it. */
const DEFAULT_STATUS_TIMEOUT_MS = 86_400_000;

/** Destination whose vendor reports statuses. */
export interface ExpectedStatuses {
  readonly destinationId: string;
  /** Time within which the vendor has to report a status of a sent message, in milliseconds. */
  readonly withinMs: number;
}

/** Store that finds the sent messages about which the vendor has reported nothing. */
export interface MissingStatusStore {
  /**
   * Checks the messages of destinations whose time is over. Appends one outbox entry per destination with messages
   * without a status. Checks only destinations of brands with a subscription to `status.missing`. Each message is checked
   * once, by one process.
   * @returns true if messages are left to check
   */
  check(expected: readonly ExpectedStatuses[]): Promise<boolean>;
}

/** Finds messages whose vendor status never arrives, for the operational event `status.missing`. */
export class MissingStatuses {
  constructor(
    private readonly store: MissingStatusStore,
    private readonly configuration: LiveConfiguration,
    private readonly gateway: { facts(type: string): { readonly hasStatusCallback: boolean } | undefined },
  ) {}

  /** Runs one bounded check. Resolves with true if messages are left to check. */
  async once(): Promise<boolean> {
    const expected = [...this.configuration.current.destinations.values()].flatMap(
      ({ id: destinationId, type, limits }) =>
        this.gateway.facts(type)?.hasStatusCallback === true
          ? [{ destinationId, withinMs: limits.statusTimeoutMs ?? DEFAULT_STATUS_TIMEOUT_MS }]
          : [],
    );
    return expected.length > 0 && (await this.store.check(expected));
  }
}
