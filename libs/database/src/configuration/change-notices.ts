import { setTimeout as delay } from 'node:timers/promises';
import type { ConfigurationNotice } from '@patchbay/core';
import pg from 'pg';
import { listenerName } from '../connections/older-processes.js';
import { SCHEMA_NUMBER } from '../connections/schema-compatibility.js';
import { noticeIn } from './notice-payload.js';

/**
 * PostgreSQL notification channel for configuration changes. The transaction that changes the configuration notifies
 * the channel, and PostgreSQL sends the notice at commit.
 */
export const CONFIGURATION_CHANNEL = 'patchbay_configuration';

const LONGEST_PAUSE_MS = 5_000;

/** Listener for changes. The notice is null if notices may have been lost. */
type NoticeListener = (notice: ConfigurationNotice | null) => void;

/**
 * Connection that listens for configuration changes. The connection is opened for the first listener and closed after
 * the last listener. If the connection breaks, a new connection is opened and all listeners are called, because a
 * notice may have been lost.
 */
export class ChangeNotices {
  private readonly listeners = new Set<NoticeListener>();
  private client: pg.Client | null = null;
  private stopped = new AbortController();
  private reconnecting: Promise<void> = Promise.resolve();

  constructor(
    private readonly url: string,
    private readonly onError: (error: Error) => void,
  ) {}

  /** Calls the listener at each configuration change. The first subscription rejects if the database is unreachable. */
  async subscribe(listener: NoticeListener): Promise<() => Promise<void>> {
    this.listeners.add(listener);
    try {
      if (this.listeners.size === 1) {
        this.stopped = new AbortController();
        await this.connect();
      }
    } catch (error) {
      this.listeners.delete(listener);
      throw error;
    }
    return async () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) await this.close();
    };
  }

  /** Stops listening for configuration changes and removes all listeners. */
  async close(): Promise<void> {
    this.listeners.clear();
    this.stopped.abort();
    await this.reconnecting;
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.url,
      // Shows the other processes which version this process has.
      application_name: listenerName(SCHEMA_NUMBER),
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client.on('error', this.onError);
    client.on('notification', ({ payload }) => this.notifyListeners(noticeIn(payload)));
    try {
      await client.connect();
      await client.query(`LISTEN ${CONFIGURATION_CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    client.on('end', () => this.lost(client));
    this.client = client;
  }

  private lost(client: pg.Client): void {
    if (this.client !== client || this.stopped.signal.aborted) return;
    this.client = null;
    this.reconnecting = this.reconnect();
  }

  private async reconnect(): Promise<void> {
    const { signal } = this.stopped;
    for (let pause = 50; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await delay(pause, undefined, { signal, ref: false });
      } catch {
        return; // The connection was closed during the pause.
      }
      try {
        await this.connect();
        this.notifyListeners(null);
        return;
      } catch (error) {
        this.onError(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  private notifyListeners(notice: ConfigurationNotice | null): void {
    for (const listener of this.listeners) listener(notice);
  }
}
