import type { Pace } from './pace.js';
import { isOpen, roomFor } from './room.js';

/** Whose calls take room of a process: one destination's. */
export interface RoomHolder {
  readonly destinationId: string;
  readonly brandId: string;
  readonly pace: Pace;
  /** Calls that it has room for now. {@link ProcessRoom} alone writes it. */
  roomHeld: number;
}

/**
 * The calls that one process has in flight, and who waits for room among them. Room is taken before a claim, and given
 * back when what was claimed is written.
 */
export class ProcessRoom {
  private used = 0;
  private readonly byBrand = new Map<string, number>();
  /** First come, first served. Null where the slice has left meanwhile. */
  private readonly waiting = new Map<RoomHolder, (() => void) | null>();

  /**
   * @param limit calls in flight, at most
   * @param wake has the next slice of a destination run
   */
  constructor(
    private readonly limit: number,
    private readonly wake: (destinationId: string) => void,
  ) {}

  /** Calls that a destination may begin. @param now milliseconds by a clock that never jumps */
  roomFor(holder: RoomHolder, now: number): number {
    const { limit, used } = this;
    const { brandId, roomHeld } = holder;
    const ofBrand = this.byBrand.get(brandId) ?? 0;
    return roomFor({ limit, used, ofBrand, ofDestination: roomHeld, speed: holder.pace.speed(roomHeld > 0, now) });
  }

  take(holder: RoomHolder, calls: number, now: number): void {
    if (holder.roomHeld === 0) holder.pace.begin(now);
    this.count(holder, calls);
    this.waiting.delete(holder);
  }

  /** Offers what was given back: to who waits longest, and to the one that gives it, whose share has grown. */
  giveBack(holder: RoomHolder, calls: number): void {
    if (calls === 0) return;
    this.count(holder, -calls);
    if (this.waiting.size === 0) return;
    const now = performance.now();
    // As many are asked as calls were given back. Once nobody has to share, all are: no other call might end after this.
    for (let left = calls; left > 0 || isOpen(this.limit, this.used); left -= 1) {
      const [first] = this.waiting.keys();
      if (first === undefined) return;
      this.offer(first, now);
    }
    if (this.waiting.has(holder)) this.offer(holder, now);
  }

  /** Whether a destination is told of room. */
  awaits(holder: RoomHolder): boolean {
    return this.waiting.has(holder);
  }

  /**
   * Resolves to true when there may be room, to false after `milliseconds`: then the destination is woken for it, as is one
   * that waits already, for which there is nothing to wait here.
   */
  waitFor(holder: RoomHolder, milliseconds: number): Promise<boolean> {
    if (this.waiting.has(holder)) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.waiting.set(holder, null);
        resolve(false);
      }, milliseconds);
      this.waiting.set(holder, () => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  /** One that has no room by its share goes to the end, so that it stands in nobody's way. */
  private offer(holder: RoomHolder, now: number): void {
    const resume = this.waiting.get(holder) ?? null;
    this.waiting.delete(holder);
    if (this.roomFor(holder, now) <= 0) this.waiting.set(holder, resume);
    else if (resume === null) this.wake(holder.destinationId);
    else resume();
  }

  private count(holder: RoomHolder, calls: number): void {
    this.used += calls;
    holder.roomHeld += calls;
    const ofBrand = (this.byBrand.get(holder.brandId) ?? 0) + calls;
    if (ofBrand === 0) this.byBrand.delete(holder.brandId);
    else this.byBrand.set(holder.brandId, ofBrand);
  }
}
