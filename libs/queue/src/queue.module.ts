import { BullModule, BullRegistrar, getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Clock } from '@patchbay/core';
import type { Queue } from 'bullmq';
import { BullWakeUps } from './bull-wake-ups.js';
import { openQueueBackend, type QueueBackendOptions } from './queue-backend.js';
import { WAKE_UP_QUEUE, WakeUpProcessor, type WakeUpJob } from './wake-up-processor.js';

/** Events that BullMQ keeps of the queue, for whoever looks: few, since nothing here reads them. */
const KEPT_EVENTS = 100;

/** Where the queue runs, and who hears of its disturbances. */
export interface QueueModuleOptions {
  readonly backend: QueueBackendOptions;
  readonly clock: Clock;
  /** Told of every disturbance; the queue recovers by itself. */
  readonly onError: (error: Error) => void;
  /** Called when wake-ups begin or cease to go through the queue. */
  readonly onChange: (up: boolean) => void;
}

/** Provides {@link BullWakeUps}. Nothing is taken off the queue before its `process` is called. */
@Module({})
export class QueueModule {
  /** Rejects if PostgreSQL cannot be reached, which is the hub's own database. Redis may be away. */
  static async forRoot({ backend, clock, onError, onChange }: QueueModuleOptions): Promise<DynamicModule> {
    const opened = await openQueueBackend(backend, onError);
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
            new BullWakeUps(queue, registrar, opened, clock, onError, onChange),
        },
        {
          provide: WakeUpProcessor,
          inject: [BullWakeUps],
          useFactory: (wakeUps: BullWakeUps) => new WakeUpProcessor(wakeUps),
        },
      ],
      exports: [BullWakeUps],
    };
  }
}
