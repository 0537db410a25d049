import { at, type Answer, type TestHub } from '../e2e/support/test-hub.js';

/** API client that records every response. Its key may not see personal values. */
export class RecordingClient {
  readonly answers: string[] = [];

  constructor(readonly hub: TestHub) {}

  /** Calls the admin API with the admin key, unless `headers` contain another key. */
  async ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    const answer = await this.hub.admin(method, path, body, headers);
    this.answers.push(answer.text, JSON.stringify([...answer.headers]));
    return answer;
  }

  /** Reads all entries of an API list, page by page. */
  async list(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const all: Readonly<Record<string, unknown>>[] = [];
    let cursor: string | null = null;
    do {
      const query = cursor === null ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
      const { body }: Answer = await this.ask('GET', `${path}${query}`);
      all.push(...((at(body, 'data') ?? []) as Readonly<Record<string, unknown>>[]));
      const next = at(body, 'nextCursor');
      cursor = typeof next === 'string' ? next : null;
    } while (cursor !== null);
    return all;
  }

  /** Calls every read endpoint of the API. */
  async askAll(): Promise<void> {
    const brand = '/v1/brands/acme';
    for (const path of ['/', '/v1/brands', brand, `${brand}/export`, '/v1/stats', '/v1/keys', '/health/ready']) {
      await this.ask('GET', path);
    }
    for (const { type } of await this.list('/v1/destination-types')) {
      await this.ask('GET', `/v1/destination-types/${String(type)}`);
    }
    for (const kind of ['sources', 'destinations', 'subscriptions']) {
      for (const { name } of await this.list(`${brand}/${kind}`)) {
        await this.ask('GET', `${brand}/${kind}/${String(name)}`);
      }
    }
    for (const kind of ['events', 'deliveries', 'replays']) {
      for (const { id } of await this.list(`${brand}/${kind}`)) await this.ask('GET', `${brand}/${kind}/${String(id)}`);
    }
    await this.list('/v1/audit');
  }
}
