/** Reserved part of a {@link FairBudget}. */
export interface Reservation {
  /** Reserves more for the same holder. Returns false, and reserves nothing, if this is refused or after a release. */
  grow(amount: number): boolean;
  /** Releases the whole reservation. May be called repeatedly. */
  release(): void;
}

/**
 * Bounded resource that several holders share. While more than half of it is in use, a holder gets at most
 * `total / (active holders + 1)`. A single holder therefore gets at most half, and there is always capacity for a new
 * holder. A holder without reservations gets its first amount regardless of its share, if the total allows it.
 */
export class FairBudget {
  private readonly held = new Map<string, number>();
  private used = 0;

  constructor(private readonly total: number) {}

  /** Returns the reserved amount. */
  get inUse(): number {
    return this.used;
  }

  /** Returns true if {@link reserve} would succeed now. */
  allows(holder: string, amount: number): boolean {
    if (this.used + amount > this.total) return false;
    if (this.used + amount <= this.total / 2) return true;
    const held = this.held.get(holder);
    return held === undefined || held + amount <= this.total / (this.held.size + 1);
  }

  /** Reserves an amount. Returns null if this would exceed the holder's share or the total. */
  reserve(holder: string, amount: number): Reservation | null {
    if (!this.allows(holder, amount)) return null;
    this.add(holder, amount);
    let reserved = amount;
    let open = true;
    return {
      grow: (more) => {
        if (!open || !this.allows(holder, more)) return false;
        this.add(holder, more);
        reserved += more;
        return true;
      },
      release: () => {
        open = false;
        this.add(holder, -reserved);
        reserved = 0;
      },
    };
  }

  private add(holder: string, amount: number): void {
    this.used += amount;
    const held = (this.held.get(holder) ?? 0) + amount;
    if (held > 0) this.held.set(holder, held);
    else this.held.delete(holder);
  }
}
