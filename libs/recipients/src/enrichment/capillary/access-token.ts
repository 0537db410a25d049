/** A token and how long it is good for. */
export interface FreshToken {
  readonly value: string;
  /** Milliseconds. */
  readonly lifeMs: number;
}

/** A token is let go this long before it expires, or at nine tenths of its life, whichever is later. */
const EARLY_MS = 60_000;

/** A token in memory. It is fetched once, however many ask for it at the same time; a failed fetch is not remembered. */
export class AccessToken {
  private known: { readonly value: string; readonly until: number } | undefined;
  private fetching: Promise<string> | undefined;

  /** @param now milliseconds, of a clock that only goes forward */
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

  /** Forgets a token that was refused; one that was fetched meanwhile stays. */
  drop(value: string): void {
    if (this.known?.value === value) this.known = undefined;
  }

  private async renew(): Promise<string> {
    const { value, lifeMs } = await this.fetch();
    this.known = { value, until: this.now() + Math.max(lifeMs - EARLY_MS, lifeMs * 0.9) };
    return value;
  }
}
