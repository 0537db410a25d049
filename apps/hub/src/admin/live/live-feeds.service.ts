import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import {
  LIVE_OVERLAP_MS,
  LiveConfiguration,
  noticeOf,
  type Clock,
  type LiveSnapshot,
  type LiveStore,
} from '@patchbay/core';
import type { Logger } from 'pino';
import { LOGGER } from '../../context/hub-options.js';
import { CLOCK, LIVE_STORE } from '../../database/database.module.js';
import { ProblemError } from '../../http/problem.js';
import { Poller } from '../../workers/poller.js';
import type { LiveStream } from './live-stream.js';

const POLL_EVERY_MS = 1_000;
const HEARTBEAT_EVERY_MS = 15_000;
/** Time between two checks that a listener may still listen, in milliseconds. */
const CHECK_EVERY_MS = 10_000;
const MAX_PER_KEY = 6;
const MAX_PER_PROCESS = 200;
const RETRY_AFTER_SECONDS = '10';

/** Connection that waits for notices of a brand. */
export interface LiveListener {
  readonly brandId: string;
  /** Id by which the listeners of a caller are limited. */
  readonly callerId: string;
  readonly stream: LiveStream;
  /** Checks that the caller may still read the brand. Rejects with a ProblemError if not. */
  readonly check: () => Promise<unknown>;
}

/** Newest rows of a brand that has listeners. */
interface Watched {
  readonly from: number;
  readonly snapshot: LiveSnapshot;
}

/**
 * Listeners of this process. One statement per second reads the newest rows of all brands that have listeners, so the
 * notices cover the work of all processes.
 */
@Injectable()
export class LiveFeeds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly listeners = new Map<LiveListener, { heartbeatAt: number; checkAt: number }>();
  private readonly watched = new Map<string, Watched>();
  private readonly poller: Poller;
  private isClosing = false;

  constructor(
    @Inject(LIVE_STORE) private readonly store: LiveStore,
    private readonly configuration: LiveConfiguration,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.poller = new Poller(
      () => this.poll(),
      POLL_EVERY_MS,
      (error) => logger.warn({ err: error }, 'reading live notices failed, will be repeated'),
    );
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  /** Ends all streams, because the server waits for open responses. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isClosing = true;
    for (const { stream } of this.listeners.keys()) stream.end('shutdown');
    this.listeners.clear();
    await this.poller.stop();
  }

  /**
   * Adds a listener and returns the function that removes it.
   * @throws ProblemError 429 if the key or the process has too many listeners
   */
  add(listener: LiveListener): () => void {
    const ofKey = [...this.listeners.keys()].filter((one) => one.callerId === listener.callerId).length;
    if (this.isClosing || ofKey >= MAX_PER_KEY || this.listeners.size >= MAX_PER_PROCESS) throw tooMany();
    const now = this.clock.now();
    this.listeners.set(listener, { heartbeatAt: now + HEARTBEAT_EVERY_MS, checkAt: now + CHECK_EVERY_MS });
    return () => this.listeners.delete(listener);
  }

  /** Resolves when further notices contain everything that is new from now on. */
  async watch(brandId: string): Promise<void> {
    if (this.watched.has(brandId)) return;
    const [first] = await this.read([brandId]);
    if (first !== undefined && !this.watched.has(brandId)) this.watched.set(...first);
  }

  private async poll(): Promise<void> {
    if (this.listeners.size === 0) {
      this.watched.clear();
      return;
    }
    await Promise.all([...this.listeners].map(([listener, times]) => this.keepUp(listener, times)));
    const brandIds = [...new Set([...this.listeners.keys()].map(({ brandId }) => brandId))];
    for (const [brandId, watched] of await this.read(brandIds)) {
      this.notify(brandId, this.watched.get(brandId)?.snapshot, watched.snapshot);
      this.watched.set(brandId, watched);
    }
    for (const brandId of this.watched.keys()) if (!brandIds.includes(brandId)) this.watched.delete(brandId);
  }

  /** Reads the newest rows of brands. A brand that was not read before is only counted from now on. */
  private async read(brandIds: readonly string[]): Promise<readonly (readonly [brandId: string, Watched])[]> {
    await this.configuration.refresh();
    const from = this.clock.now() - LIVE_OVERLAP_MS;
    const recent = await this.store.recent(
      brandIds.map((brandId) => ({ brandId, from, previousFrom: this.watched.get(brandId)?.from ?? from })),
    );
    return recent.map(({ brandId, events, deliveries, pauseSeq }) => {
      // A deleted brand has no revision any more. The check of the listener's access ends its stream.
      const revision = this.configuration.entry(brandId)?.revision ?? 0;
      return [brandId, { from, snapshot: { events, deliveries, revision, pauseSeq } }];
    });
  }

  private notify(brandId: string, previous: LiveSnapshot | undefined, current: LiveSnapshot): void {
    const notice = previous === undefined ? null : noticeOf(previous, current);
    if (notice === null) return;
    for (const listener of this.listeners.keys()) {
      if (listener.brandId === brandId) listener.stream.send('change', notice);
    }
  }

  /** Sends a heartbeat and checks the access of a listener when it is time. Removes a listener whose stream ended. */
  private async keepUp(listener: LiveListener, times: { heartbeatAt: number; checkAt: number }): Promise<void> {
    const now = this.clock.now();
    if (now >= times.heartbeatAt) {
      times.heartbeatAt = now + HEARTBEAT_EVERY_MS;
      listener.stream.heartbeat();
    }
    if (now >= times.checkAt) {
      times.checkAt = now + CHECK_EVERY_MS;
      if (await isRefused(listener)) listener.stream.end('access');
    }
    if (!listener.stream.isOpen) this.listeners.delete(listener);
  }
}

/** Returns true if the caller may not listen any more. An unavailable database ends no stream. */
async function isRefused({ check }: LiveListener): Promise<boolean> {
  try {
    await check();
    return false;
  } catch (error) {
    return error instanceof ProblemError && error.status < 500;
  }
}

function tooMany(): ProblemError {
  return new ProblemError(
    429,
    `Too many live connections are open. A key may have ${MAX_PER_KEY} per process. Close one, or retry after Retry-After.`,
    undefined,
    { 'retry-after': RETRY_AFTER_SECONDS },
  );
}
