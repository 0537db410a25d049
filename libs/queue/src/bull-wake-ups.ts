import type { BullRegistrar } from '@nestjs/bullmq';
import type { WakeUps } from '@patchbay/core';
import type { JobsOptions, Queue } from 'bullmq';
import type { QueueBackend } from './queue-backend.js';
import type { WakeUpHandler, WakeUpJob } from './wake-up-processor.js';

/** Wake-ups that come this close together go to the queue in one call, in milliseconds. */
const COALESCE_MS = 5;
/** Later ones are left to the sweep, so that the queue stays small however much waits. */
const LONGEST_DELAY_MS = 60_000;
const SECOND_MS = 1_000;

interface Pending {
  readonly destinationId: string;
  /** Milliseconds since the epoch; null: now. */
  readonly at: number | null;
}

/** Wake-ups on BullMQ: one job a destination, however often it is woken. */
export class BullWakeUps implements WakeUps, WakeUpHandler {
  private readonly pending = new Map<string, Pending>();
  private flushing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;
  private handler: (destinationId: string) => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly queue: Queue<WakeUpJob>,
    private readonly registrar: BullRegistrar,
    private readonly backend: Pick<QueueBackend, 'close'>,
    private readonly onError: (error: Error) => void,
  ) {
    queue.on('error', onError);
  }

  wake(destinationId: string): void {
    this.put(destinationId, { destinationId, at: null });
  }

  wakeAt(destinationId: string, at: number): void {
    const delay = at - Date.now();
    if (delay <= 0) this.wake(destinationId);
    else if (delay <= LONGEST_DELAY_MS) {
      // By the second: at most sixty delayed jobs a destination. Late by up to one, never early.
      const second = Math.ceil(at / SECOND_MS);
      this.put(`${destinationId}@${second}`, { destinationId, at: second * SECOND_MS });
    }
  }

  process(handler: (destinationId: string) => Promise<void>): Promise<void> {
    this.handler = handler;
    this.registrar.register();
    return Promise.resolve();
  }

  handle(destinationId: string): Promise<void> {
    return this.handler(destinationId);
  }

  fault(error: Error): void {
    this.onError(error);
  }

  /** Nest closes worker and queue with the application; this ends what they shared. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.queue.close().catch(this.onError);
    await this.backend.close();
  }

  private put(key: string, pending: Pending): void {
    if (this.closed) return;
    this.pending.set(key, pending);
    if (this.flushing === null) this.timer ??= setTimeout(() => this.flush(), COALESCE_MS);
  }

  /** One call at a time: while the queue is away, wake-ups gather here, one a destination. */
  private flush(): void {
    this.timer = null;
    const batch = [...this.pending];
    this.pending.clear();
    this.flushing = this.queue
      .addBulk(batch.map(([id, pending]) => ({ name: 'wake', data: dataOf(pending), opts: optionsOf(id, pending) })))
      .then(() => undefined, this.onError)
      .finally(() => {
        this.flushing = null;
        if (this.pending.size > 0 && !this.closed) this.timer ??= setTimeout(() => this.flush(), COALESCE_MS);
      });
  }
}

function dataOf({ destinationId }: Pending): WakeUpJob {
  return { destinationId };
}

function optionsOf(id: string, { at }: Pending): JobsOptions {
  const gone = { removeOnComplete: true, removeOnFail: true };
  return at === null
    ? // A wake-up during a slice is kept for after it: that slice may have looked already.
      { ...gone, deduplication: { id, keepLastIfActive: true } }
    : { ...gone, deduplication: { id }, delay: Math.max(0, at - Date.now()) };
}
