import type { ReplayRunner } from '@patchbay/core';
import type { Logger } from 'pino';
import { DrainingPoller } from './draining-poller.js';

/** Keeps the replays of a process going. */
export class ReplayWorker extends DrainingPoller {
  constructor(runner: Pick<ReplayRunner, 'once'>, logger: Logger) {
    super(runner, 'a replay', logger);
  }
}
