import { randomBytes } from 'node:crypto';
import type { BullRegistrar } from '@nestjs/bullmq';
import type { OnModuleInit } from '@nestjs/common';
import type { Clock, WakeUps } from '@patchbay/core';
import type { JobsOptions, Queue } from 'bullmq';
import { withQueueTimeout } from './queue-timeout.js';
import { closeWithTimeout } from './close-with-timeout.js';
import { LocalSliceRunner } from './local-slice-runner.js';
import type { QueueBackend } from './queue-backend.js';
import { QueueAvailability } from './queue-availability.js';
import type { WakeUpHandler, WakeUpJob } from './wake-up-processor.js';

/** Time during which wake-ups are collected for one call to the queue, in milliseconds. */
const COALESCE_MS = 5;
/** The same, soon after another call. Longer, because workers are already running and need no quick wake-up. */
const BUSY_COALESCE_MS = 15;
/** Time after a call in which {@link BUSY_COALESCE_MS} applies, in milliseconds. */
const BUSY_MS = 25;
/** Up to this many woken destinations get a job each. If there are more, they share jobs. */
const MAX_OWN_JOBS = 4;
/** Maximum number of destinations in a shared job. */
const DESTINATIONS_PER_JOB = 8;
/** Maximum number of shared jobs that one process has in the queue. Further wake-ups wait in the process. */
const SHARED_JOB_SLOTS = 64;
/** Time until the next flush if a slot was still in use, in milliseconds. */
const SLOTS_FULL_RETRY_MS = 50;
/** Longest delay of a wake-up, in milliseconds. Later ones are left to the sweep, so that the queue stays small. */
const MAX_DELAY_MS = 60_000;
const SECOND_MS = 1_000;
/** Time between two checks of the delayed wake-ups while the queue is unavailable, in milliseconds. */
const LOCAL_CHECK_MS = 250;
const REMOVE_WHEN_DONE: JobsOptions = { removeOnComplete: true, removeOnFail: true };

interface NewJob {
  readonly name: 'wake';
  readonly data: WakeUpJob;
  readonly opts: JobsOptions;
}

/**
 * Wake-ups on BullMQ. Repeated wake-ups of a destination are merged into one job, which several destinations may
 * share. While the queue is unavailable, a process that handles wake-ups runs the slices itself. Other processes
 * leave them to the sweep.
 */
export class BullWakeUps implements WakeUps, WakeUpHandler, OnModuleInit {
  private readonly woken = new Set<string>();
  /** Delayed wake-ups: per destination, the seconds since the epoch at which it is woken. */
  private readonly delayed = new Map<string, Set<number>>();
  private readonly slotPrefix = randomBytes(6).toString('hex');
  private sharedJobs = 0;
  private flushing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private flushedAt = Number.NEGATIVE_INFINITY;
  private closed = false;
  private readonly availability: QueueAvailability;
  /** Null if this process handles no wake-ups. */
  private local: LocalSliceRunner | null = null;
  private handler: (destinationId: string) => Promise<void> = () => Promise.resolve();
  /** Closes the worker. Set by the module, because the processor that gets the worker is created after this object. */
  closeWorker: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly queue: Queue<WakeUpJob>,
    private readonly registrar: BullRegistrar,
    private readonly backend: Pick<QueueBackend, 'close'>,
    private readonly clock: Clock,
    private readonly onError: (error: Error) => void,
    onChange: (up: boolean) => void,
  ) {
    this.availability = new QueueAvailability(() => queue.getWaitingCount(), onChange);
    queue.on('error', (error) => {
      this.availability.failed();
      onError(error);
    });
    queue.on('ioredis:close', () => this.availability.failed());
  }

  /** Waits for the first answer of the queue, for at most two seconds. The hub also starts without an answer. */
  onModuleInit(): Promise<void> {
    return this.availability.start();
  }

  /** True if wake-ups go through the queue; false while each process handles its own. */
  get queueUp(): boolean {
    return this.availability.up;
  }

  wake(destinationId: string): void {
    if (this.closed) return;
    this.woken.add(destinationId);
    this.flushSoon();
  }

  wakeAt(destinationId: string, at: number): void {
    const delay = at - this.clock.now();
    if (delay <= 0) this.wake(destinationId);
    else if (delay <= MAX_DELAY_MS && !this.closed) {
      // Rounded up to the second: at most sixty delayed jobs per destination. Up to a second late, never early.
      this.secondsOf(destinationId).add(Math.ceil(at / SECOND_MS));
      this.flushSoon();
    }
  }

  process(handler: (destinationId: string) => Promise<void>): Promise<void> {
    this.handler = handler;
    this.local = new LocalSliceRunner(handler, (error) => this.fault(asError(error)));
    this.registrar.register();
    return Promise.resolve();
  }

  handle(destinationId: string): Promise<void> {
    return this.handler(destinationId);
  }

  fault(error: Error): void {
    this.onError(error);
  }

  /** Stops all wake-ups: closes the worker, the queue, then the connections that they share. */
  async close(): Promise<void> {
    this.closed = true;
    this.availability.close();
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.local !== null) {
      await this.closeWorker().catch(this.onError);
      await closeWithTimeout(this.local.close());
    }
    await this.queue.close().catch(this.onError);
    await this.backend.close();
  }

  private flushSoon(): void {
    this.flushIn(performance.now() - this.flushedAt < BUSY_MS ? BUSY_COALESCE_MS : COALESCE_MS);
  }

  /** Schedules the next flush. Only one flush runs at a time. */
  private flushIn(milliseconds: number): void {
    if (this.flushing !== null || this.closed) return;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.flushing = this.flush().then((pauseMs) => {
        this.flushing = null;
        this.flushedAt = performance.now();
        if (this.woken.size + this.delayed.size > 0) this.flushIn(pauseMs);
      });
    }, milliseconds);
  }

  /** @returns the time until the next flush if wake-ups remain, in milliseconds */
  private flush(): Promise<number> {
    return this.availability.up ? this.flushToQueue() : Promise.resolve(this.flushLocally());
  }

  private async flushToQueue(): Promise<number> {
    const later = this.takeDelayed();
    const delayedJobs = later.map(({ destinationId, second }) => delayedJob(destinationId, second, this.clock.now()));
    const now = [...this.woken].slice(0, SHARED_JOB_SLOTS * DESTINATIONS_PER_JOB);
    for (const destinationId of now) this.woken.delete(destinationId);
    const own = now.length <= MAX_OWN_JOBS;
    const jobs = own
      ? now.map(ownJob)
      : chunksOf(now, DESTINATIONS_PER_JOB).map((destinationIds) => this.sharedJob(destinationIds));
    try {
      const added = (await withQueueTimeout(this.queue.addBulk([...delayedJobs, ...jobs]))).slice(later.length);
      const refused = own ? [] : jobs.filter(({ opts }, index) => added[index]?.id !== opts.jobId);
      for (const { data } of refused) this.requeue(data);
      return refused.length > 0 ? SLOTS_FULL_RETRY_MS : BUSY_COALESCE_MS;
    } catch (error) {
      this.availability.failed();
      for (const { destinationId, second } of later) this.secondsOf(destinationId).add(second);
      for (const { data } of jobs) this.requeue(data);
      this.onError(asError(error));
      return this.flushLocally();
    }
  }

  /** Runs the slices in this process. Delayed wake-ups stay here until they are due or the queue is available again. */
  private flushLocally(): number {
    for (const destinationId of [...this.delayed.keys()]) {
      if (this.secondsOf(destinationId).size === 0) this.delayed.delete(destinationId);
    }
    this.local?.run(this.woken);
    this.woken.clear();
    if (this.local === null) this.delayed.clear();
    return LOCAL_CHECK_MS;
  }

  private requeue({ destinationIds }: WakeUpJob): void {
    for (const destinationId of destinationIds) this.woken.add(destinationId);
  }

  /** Returns the future seconds at which a destination is woken. If a second has passed, wakes the destination now. */
  private secondsOf(destinationId: string): Set<number> {
    const seconds = this.delayed.get(destinationId) ?? new Set();
    this.delayed.set(destinationId, seconds);
    const passed = [...seconds].filter((second) => second * SECOND_MS <= this.clock.now());
    for (const second of passed) seconds.delete(second);
    if (passed.length > 0) this.woken.add(destinationId);
    return seconds;
  }

  private takeDelayed(): readonly { readonly destinationId: string; readonly second: number }[] {
    const all = [...this.delayed.keys()].flatMap((destinationId) =>
      [...this.secondsOf(destinationId)].map((second) => ({ destinationId, second })),
    );
    this.delayed.clear();
    return all;
  }

  /**
   * Creates a job in the next of this process's slots. If the slot's last job is still in the queue, BullMQ returns
   * the id of that job and does not add the new one.
   */
  private sharedJob(destinationIds: readonly string[]): NewJob {
    this.sharedJobs += 1;
    const slot = `${this.slotPrefix}-${this.sharedJobs % SHARED_JOB_SLOTS}`;
    const opts = {
      jobId: `${this.slotPrefix}-shared-${this.sharedJobs}`,
      deduplication: { id: slot },
      ...REMOVE_WHEN_DONE,
    };
    return { name: 'wake', data: { destinationIds }, opts };
  }
}

/**
 * Creates a job for one destination. A wake-up during its slice is kept, because the slice may already have claimed.
 */
function ownJob(destinationId: string): NewJob {
  const opts = { deduplication: { id: destinationId, keepLastIfActive: true }, ...REMOVE_WHEN_DONE };
  return { name: 'wake', data: { destinationIds: [destinationId] }, opts };
}

/** Creates a delayed job. Its delay counts from now, because the wake-up may have waited for the queue. */
function delayedJob(destinationId: string, second: number, now: number): NewJob {
  const opts = {
    deduplication: { id: `${destinationId}@${second}` },
    timestamp: now,
    delay: Math.max(0, second * SECOND_MS - now),
    ...REMOVE_WHEN_DONE,
  };
  return { name: 'wake', data: { destinationIds: [destinationId] }, opts };
}

function chunksOf<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, index) => list.slice(index * size, (index + 1) * size));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
