import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { OnWorkerEvent, Processor, WorkerHost, type BullRegistrar } from '@nestjs/bullmq';
import type { OnModuleInit } from '@nestjs/common';
import type { Clock, WakeUps } from '@patchbay/core';
import type { Job, Queue } from 'bullmq';
import { closeWithTimeout } from './close-with-timeout.js';
import { LocalSliceRunner } from './local-slice-runner.js';
import { QUEUE_TIMEOUT_MS, QueueAvailability, QueueTimeoutError } from './queue-availability.js';
import type { QueueBackend } from './queue-backend.js';
import type { QueueErrors } from './queue-errors.js';
import type { RedisState } from './redis-state.js';
import {
  delayedJob,
  REMOVE_WHEN_DONE,
  sharedJob,
  WAKE_UP_QUEUE,
  type DelayedWakeUp,
  type NewJob,
  type WakeUpJob,
} from './wake-up-jobs.js';

/** Time for which wake-ups are collected before they are sent to the queue in one call, in milliseconds. */
const COALESCE_MS = 5;
/**
 * Time for which wake-ups are collected soon after another call to the queue, in milliseconds. The time is longer than
 * {@link COALESCE_MS}, because workers are already running and need no quick wake-up.
 */
const BUSY_COALESCE_MS = 15;
/** Time after a call to the queue during which {@link BUSY_COALESCE_MS} applies, in milliseconds. */
const BUSY_MS = 25;
/**
 * Maximum number of destinations that get a separate job each. If a flush wakes more destinations, several destinations
 * share a job.
 */
const MAX_OWN_JOBS = 4;
/** Maximum number of destinations in a shared job. */
const DESTINATIONS_PER_JOB = 8;
/**
 * Number of slots per process. Each slot has at most one shared job in the queue; further wake-ups wait in the process.
 */
const SHARED_JOB_SLOTS = 64;
/** Time until the next flush if a slot for shared jobs was still in use, in milliseconds. */
const SLOTS_FULL_RETRY_MS = 50;
/**
 * Longest delay of a wake-up in the queue, in milliseconds. The sweep handles wake-ups that are due later, so that the
 * queue stays small.
 */
const MAX_DELAY_MS = 60_000;
const SECOND_MS = 1_000;
/** Time between two checks of the delayed wake-ups while the queue is unavailable, in milliseconds. */
const LOCAL_CHECK_MS = 250;

/** States of jobs in the queue. Finished jobs are removed. */
const QUEUE_JOB_STATES = ['waiting', 'delayed', 'active'] as const;

/** State of a job in the queue. */
type QueueJobState = (typeof QUEUE_JOB_STATES)[number];

/** Wake-ups that a flush sends to the queue. */
interface TakenWakeUps {
  readonly later: readonly DelayedWakeUp[];
  readonly jobs: readonly NewJob[];
  /** True if several destinations share a job. */
  readonly areShared: boolean;
}

/**
 * Wake-ups on BullMQ. Repeated wake-ups of a destination are merged into one job, and several destinations may share a
 * job. While the queue is unavailable, a process that handles wake-ups runs the slices (bounded rounds of claims)
 * itself. Other processes leave the wake-ups to the sweep.
 */
export class BullWakeUps implements WakeUps, OnModuleInit {
  /**
   * True if wake-ups go through the queue. False if each process handles its own wake-ups. Changed by this class only.
   */
  queueUp = false;
  /**
   * Closes the BullMQ worker. Set by the module, because the processor that gets the worker is created after this
   * object.
   */
  closeWorker: () => Promise<void> = () => Promise.resolve();
  /** Runs a slice (one bounded round of claims) of a destination. Set by {@link process}. */
  handler: (destinationId: string) => Promise<void> = () => Promise.resolve();
  private readonly woken = new Set<string>();
  /** Delayed wake-ups: for each destination, the times at which it is due to be woken, in seconds since the epoch. */
  private readonly delayed = new Map<string, Set<number>>();
  private readonly slotPrefix = randomBytes(6).toString('hex');
  private sharedJobs = 0;
  private isFlushing = false;
  private flushedAt = Number.NEGATIVE_INFINITY;
  private closed = false;
  private readonly availability: QueueAvailability;
  /** Runner of slices in this process. Null if this process handles no wake-ups. */
  private local: LocalSliceRunner | null = null;

  constructor(
    private readonly queue: Queue<WakeUpJob>,
    private readonly registrar: BullRegistrar,
    private readonly backend: Pick<QueueBackend, 'checkWrites' | 'close' | 'inspectRedis' | 'reconnect'>,
    private readonly clock: Clock,
    private readonly queueErrors: QueueErrors,
    onChange: (up: boolean) => void,
  ) {
    this.availability = new QueueAvailability(
      async () => {
        // A server without enough replicas, disk or memory still answers reads.
        await backend.checkWrites();
        await queue.getWaitingCount();
      },
      () => backend.reconnect(),
      (up) => {
        this.queueUp = up;
        onChange(up);
      },
    );
    queue.on('error', (error) => {
      this.availability.failed();
      this.queueErrors.report(error);
    });
    queue.on('ioredis:close', () => this.availability.failed());
  }

  /** Number of errors of the queue, its connections and its jobs since the start. */
  get errors(): number {
    return this.queueErrors.count;
  }

  /** Waits at most two seconds for the first answer of the queue. The hub also starts without this answer. */
  onModuleInit(): Promise<void> {
    return this.availability.start();
  }

  wake(destinationId: string): void {
    if (this.closed) return;
    this.woken.add(destinationId);
    if (!this.isFlushing) void this.flush();
  }

  wakeAt(destinationId: string, at: number): void {
    const delayMs = at - this.clock.now();
    if (delayMs <= 0) this.wake(destinationId);
    else if (delayMs <= MAX_DELAY_MS && !this.closed) {
      // Times are rounded up to the second, so a destination has at most sixty delayed jobs. A job may be up to a
      // second late, and never early.
      this.secondsOf(destinationId).add(Math.ceil(at / SECOND_MS));
      if (!this.isFlushing) void this.flush();
    }
  }

  process(handler: (destinationId: string) => Promise<void>): Promise<void> {
    this.handler = handler;
    this.local = new LocalSliceRunner(handler, (error) => this.fault(error));
    this.registrar.register();
    return Promise.resolve();
  }

  /** Reads the number of jobs by state. Resolves with null while the queue is unavailable. */
  async jobs(): Promise<Readonly<Record<QueueJobState, number>> | null> {
    if (!this.queueUp) return null;
    const counts = await this.queue.getJobCounts(...QUEUE_JOB_STATES);
    return { waiting: counts['waiting'] ?? 0, delayed: counts['delayed'] ?? 0, active: counts['active'] ?? 0 };
  }

  fault(error: unknown): void {
    this.queueErrors.report(error instanceof Error ? error : new Error(String(error)));
  }

  /** Returns what is known about Redis, within two seconds. Null if the queue runs on PostgreSQL. */
  inspectRedis(): Promise<RedisState | null> {
    return this.backend.inspectRedis();
  }

  /** Stops all wake-ups. Closes the worker, then the queue, then the connections that worker and queue share. */
  async close(): Promise<void> {
    this.closed = true;
    this.queueUp = false;
    this.availability.close();
    if (this.local !== null) {
      await this.closeWorker().catch(this.queueErrors.report);
      await closeWithTimeout(this.local.close());
    }
    await this.queue.close().catch(this.queueErrors.report);
    await this.backend.close();
  }

  /**
   * Collects wake-ups for some milliseconds, then sends the collected wake-ups to the queue. Repeats both steps until
   * no wake-up is left. While the queue is unavailable, runs the slices (bounded rounds of claims) in this process
   * instead. Only one flush runs at a time.
   */
  private async flush(): Promise<void> {
    this.isFlushing = true;
    const isBusy = performance.now() - this.flushedAt < BUSY_MS;
    let pauseMs = isBusy ? BUSY_COALESCE_MS : COALESCE_MS;
    try {
      while (this.woken.size + this.delayed.size > 0) {
        await delay(pauseMs);
        if (this.closed) return;
        if (!this.queueUp) pauseMs = this.flushLocally();
        else {
          const taken = this.takeJobs();
          const { later, jobs, areShared } = taken;
          try {
            const all = [...later.map((wakeUp) => delayedJob(wakeUp, this.clock.now())), ...jobs];
            const added = await Promise.race([this.queue.addBulk(all), delay(QUEUE_TIMEOUT_MS, null, { ref: false })]);
            if (added === null) throw new QueueTimeoutError();
            pauseMs = areShared ? this.requeueRefused(jobs, added.slice(later.length)) : BUSY_COALESCE_MS;
          } catch (error) {
            this.availability.failed();
            this.takeBack(taken);
            this.fault(error);
            pauseMs = this.flushLocally();
          }
        }
        this.flushedAt = performance.now();
      }
    } finally {
      this.isFlushing = false;
    }
  }

  /**
   * Runs the slices (bounded rounds of claims) of the woken destinations in this process. Delayed wake-ups stay in this
   * process until they are due or the queue is available again. A process that handles no wake-ups drops its wake-ups.
   * @returns pause before the next flush, in milliseconds
   */
  private flushLocally(): number {
    for (const destinationId of [...this.delayed.keys()]) {
      if (this.secondsOf(destinationId).size === 0) this.delayed.delete(destinationId);
    }
    this.local?.run(this.woken);
    this.woken.clear();
    if (this.local === null) this.delayed.clear();
    return LOCAL_CHECK_MS;
  }

  /** Removes the collected wake-ups from this object, and returns them as jobs for the queue. */
  private takeJobs(): TakenWakeUps {
    const later = this.delayed.size === 0 ? [] : this.takeDelayed();
    if (this.woken.size > MAX_OWN_JOBS) return { later, jobs: this.takeShared(), areShared: true };
    const jobs: NewJob[] = [];
    for (const id of this.woken) {
      // Keep a wake-up that arrives during the destination's slice, because the slice may already have claimed its
      // deliveries.
      const opts = { deduplication: { id, keepLastIfActive: true }, ...REMOVE_WHEN_DONE };
      jobs.push({ name: 'wake', data: { destinationIds: [id] }, opts });
    }
    this.woken.clear();
    return { later, jobs, areShared: false };
  }

  /** Puts back the wake-ups that could not be sent to the queue. */
  private takeBack({ later, jobs }: TakenWakeUps): void {
    for (const { destinationId, second } of later) this.secondsOf(destinationId).add(second);
    for (const { data } of jobs) this.requeue(data);
  }

  private requeue({ destinationIds }: WakeUpJob): void {
    for (const destinationId of destinationIds) this.woken.add(destinationId);
  }

  /**
   * Keeps the destinations of refused jobs for the next flush. The queue refuses a job if the previous job of the same
   * slot is still in the queue.
   * @returns pause before the next flush, in milliseconds
   */
  private requeueRefused(jobs: readonly NewJob[], added: readonly { readonly id?: string }[]): number {
    const refused = jobs.filter(({ opts }, index) => added[index]?.id !== opts.jobId);
    for (const { data } of refused) this.requeue(data);
    return refused.length > 0 ? SLOTS_FULL_RETRY_MS : BUSY_COALESCE_MS;
  }

  /**
   * Returns the future times at which a destination is due to be woken, in seconds since the epoch. If a time has
   * passed, removes this time and wakes the destination now.
   */
  private secondsOf(destinationId: string): Set<number> {
    const seconds = this.delayed.get(destinationId) ?? new Set();
    this.delayed.set(destinationId, seconds);
    const passed = [...seconds].filter((second) => second * SECOND_MS <= this.clock.now());
    for (const second of passed) seconds.delete(second);
    if (passed.length > 0) this.woken.add(destinationId);
    return seconds;
  }

  private takeDelayed(): readonly DelayedWakeUp[] {
    const all = [...this.delayed.keys()].flatMap((destinationId) =>
      [...this.secondsOf(destinationId)].map((second) => ({ destinationId, second })),
    );
    this.delayed.clear();
    return all;
  }

  /** Takes as many destinations as fit into this process's slots, and creates the jobs that wake them. */
  private takeShared(): NewJob[] {
    const taken = [...this.woken].slice(0, SHARED_JOB_SLOTS * DESTINATIONS_PER_JOB);
    for (const destinationId of taken) this.woken.delete(destinationId);
    const jobs: NewJob[] = [];
    for (let start = 0; start < taken.length; start += DESTINATIONS_PER_JOB) {
      this.sharedJobs += 1;
      const slot = `${this.slotPrefix}-${this.sharedJobs % SHARED_JOB_SLOTS}`;
      const jobId = `${this.slotPrefix}-shared-${this.sharedJobs}`;
      jobs.push(sharedJob(taken.slice(start, start + DESTINATIONS_PER_JOB), jobId, slot));
    }
    return jobs;
  }
}

/**
 * Processes wake-ups from the queue. The lock of a job must be short, because further wake-ups of the same destination
 * wait until the lock expires. A slice (one bounded round of claims) ends within a fraction of a second. Therefore a
 * worker that does not renew a lock for ten seconds is dead.
 */
@Processor(WAKE_UP_QUEUE, { concurrency: 50, lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 5 })
export class WakeUpProcessor extends WorkerHost {
  constructor(private readonly wakeUps: BullWakeUps) {
    super();
  }

  /**
   * Runs the slices (bounded rounds of claims) of all destinations of a job in parallel. Reports errors but does not
   * retry, because the sweep wakes destinations that have due deliveries.
   */
  async process({ data }: Job<WakeUpJob>): Promise<void> {
    const slices: Promise<void>[] = [];
    for (const destinationId of data.destinationIds) {
      slices.push(this.wakeUps.handler(destinationId).catch((error: unknown) => this.wakeUps.fault(error)));
    }
    await Promise.all(slices);
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.wakeUps.fault(error);
  }
}
