import type { ReplayRunner } from '@patchbay/core';
import type { Logger } from 'pino';
import { StepWorker } from './step-worker.js';

/** Keeps the replays of a process going. */
export class ReplayWorker extends StepWorker {
  constructor(runner: Pick<ReplayRunner, 'once'>, logger: Logger) {
    super(runner, 'a replay', logger);
  }
}
