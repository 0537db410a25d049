/** New token with its lifetime. */
export interface FreshToken {
  readonly value: string;
  /** Lifetime in milliseconds. */
  readonly lifeMs: number;
}

/**
 * A token is discarded this many milliseconds before it expires, or after nine tenths of its lifetime if that moment is
 * later.
 */
const EARLY_MS = 60_000;

/** Access token in memory. Simultaneous requests share one fetch of the token. A failed fetch is not cached. */
export class AccessToken {
  private known: { readonly value: string; readonly until: number } | undefined;
  private fetching: Promise<string> | undefined;

  /**
   * @param now monotonic clock, in milliseconds
   */
  constructor(
    private readonly fetch: () => Promise<FreshToken>,
    private readonly now: () => number,
  ) {}

  get(): Promise<string> {
    if (this.known !== undefined && this.known.until > this.now()) return Promise.resolve(this.known.value);
    this.fetching ??= this.renew().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  /** Discards a token that Capillary refused. Does nothing if a newer token was fetched meanwhile. */
  drop(value: string): void {
    if (this.known?.value === value) this.known = undefined;
  }

  /** Discards the token. */
  clear(): void {
    this.known = undefined;
  }

  private async renew(): Promise<string> {
    const { value, lifeMs } = await this.fetch();
    this.known = { value, until: this.now() + Math.max(lifeMs - EARLY_MS, lifeMs * 0.9) };
    return value;
  }
}
