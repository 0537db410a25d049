import { BullModule, BullRegistrar, getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Clock } from '@patchbay/core';
import type { Queue } from 'bullmq';
import { BullWakeUps, WakeUpProcessor } from './bull-wake-ups.js';
import { openQueueBackend, type QueueBackendOptions } from './open-queue-backend.js';
import { QueueErrors } from './queue-errors.js';
import { WAKE_UP_QUEUE, type WakeUpJob } from './wake-up-jobs.js';

/**
 * Maximum number of queue events that BullMQ keeps. The hub does not read these events; they only help with debugging.
 */
const KEPT_EVENTS = 100;

/** Options of the {@link QueueModule}. */
export interface QueueModuleOptions {
  readonly backend: QueueBackendOptions;
  readonly clock: Clock;
  /** Called for each error of the queue. The queue recovers by itself. */
  readonly onError: (error: Error) => void;
  /** Called when the queue becomes available or unavailable. */
  readonly onChange: (up: boolean) => void;
}

/** Provides {@link BullWakeUps}. This process takes no wake-ups off the queue before `process` is called. */
@Module({})
export class QueueModule {
  /**
   * Creates the module. Rejects if PostgreSQL cannot be reached, because it is the hub's own database. Redis may be
   * unavailable.
   */
  static async forRoot({ backend, clock, onError, onChange }: QueueModuleOptions): Promise<DynamicModule> {
    const errors = new QueueErrors(onError);
    const opened = await openQueueBackend(backend, errors.report);
    BullModule.queueClass = opened.queueClass;
    BullModule.workerClass = opened.workerClass;
    return {
      module: QueueModule,
      global: true,
      imports: [
        BullModule.forRoot({ ...opened.options, extraOptions: { manualRegistration: true } }),
        BullModule.registerQueue({ name: WAKE_UP_QUEUE, streams: { events: { maxLen: KEPT_EVENTS } } }),
      ],
      providers: [
        {
          provide: BullWakeUps,
          inject: [getQueueToken(WAKE_UP_QUEUE), BullRegistrar],
          useFactory: (queue: Queue<WakeUpJob>, registrar: BullRegistrar) =>
            new BullWakeUps(queue, registrar, opened, clock, errors, onChange),
        },
        {
          provide: WakeUpProcessor,
          inject: [BullWakeUps],
          useFactory: (wakeUps: BullWakeUps) => {
            const processor = new WakeUpProcessor(wakeUps);
            // Asynchronous, because the getter of the worker throws if the worker was never created.
            wakeUps.closeWorker = async () => processor.worker.close();
            return processor;
          },
        },
      ],
      exports: [BullWakeUps],
    };
  }
}
