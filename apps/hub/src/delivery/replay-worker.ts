import type { ReplayRunner } from '@patchbay/core';
import type { Logger } from 'pino';
import { DrainingPoller } from './draining-poller.js';

/** Runs replays in this process. */
export class ReplayWorker extends DrainingPoller {
  constructor(runner: Pick<ReplayRunner, 'once'>, logger: Logger) {
    super(runner, 'a replay', logger);
  }
}
