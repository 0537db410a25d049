import type { JobsOptions } from 'bullmq';

export const WAKE_UP_QUEUE = 'patchbay-wake-ups';

/** Data of a job. It contains ids only. */
export interface WakeUpJob {
  readonly destinationIds: readonly string[];
}

/** Job to add to the queue. */
export interface NewJob {
  readonly name: 'wake';
  readonly data: WakeUpJob;
  readonly opts: JobsOptions;
}

/** Delayed wake-up of a destination, in whole seconds since the epoch. */
export interface DelayedWakeUp {
  readonly destinationId: string;
  readonly second: number;
}

export const REMOVE_WHEN_DONE: JobsOptions = { removeOnComplete: true, removeOnFail: true };

/**
 * Creates a delayed job. The delay counts from now, because the wake-up may have waited before it reached the queue.
 */
export function delayedJob({ destinationId, second }: DelayedWakeUp, now: number): NewJob {
  const opts = {
    deduplication: { id: `${destinationId}@${second}` },
    timestamp: now,
    delay: Math.max(0, second * 1_000 - now),
    ...REMOVE_WHEN_DONE,
  };
  return { name: 'wake', data: { destinationIds: [destinationId] }, opts };
}

/**
 * Creates a job that wakes several destinations. BullMQ adds the job only if the previous job of its slot has left the
 * queue. Otherwise BullMQ returns the id of the previous job.
 */
export function sharedJob(destinationIds: readonly string[], jobId: string, slot: string): NewJob {
  return { name: 'wake', data: { destinationIds }, opts: { jobId, deduplication: { id: slot }, ...REMOVE_WHEN_DONE } };
}
