/** A part of a {@link FairBudget} that is in use. */
export interface Reservation {
  /** Takes more for the same holder; false if that is refused or all was given back, then nothing was taken. */
  grow(amount: number): boolean;
  /** Gives all of it back. Any number of times. */
  release(): void;
}

/**
 * A bounded resource that several holders share. While more than half of it is in use, a holder gets at most
 * `total / (active holders + 1)`. So one holder alone gets half at most, and a newcomer always finds room. A holder that
 * has nothing gets its first amount whatever its share is, as long as the total allows it.
 */
export class FairBudget {
  private readonly held = new Map<string, number>();
  private used = 0;

  constructor(private readonly total: number) {}

  /** What is in use. */
  get inUse(): number {
    return this.used;
  }

  /** Whether {@link reserve} would succeed now. */
  allows(holder: string, amount: number): boolean {
    if (this.used + amount > this.total) return false;
    if (this.used + amount <= this.total / 2) return true;
    const held = this.held.get(holder);
    return held === undefined || held + amount <= this.total / (this.held.size + 1);
  }

  /** Null if the holder, or all of them, have too much already. */
  reserve(holder: string, amount: number): Reservation | null {
    if (!this.allows(holder, amount)) return null;
    this.take(holder, amount);
    let mine = amount;
    let open = true;
    return {
      grow: (more) => {
        if (!open || !this.allows(holder, more)) return false;
        this.take(holder, more);
        mine += more;
        return true;
      },
      release: () => {
        open = false;
        this.take(holder, -mine);
        mine = 0;
      },
    };
  }

  private take(holder: string, amount: number): void {
    this.used += amount;
    const held = (this.held.get(holder) ?? 0) + amount;
    if (held > 0) this.held.set(holder, held);
    else this.held.delete(holder);
  }
}
