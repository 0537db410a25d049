import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import type { CallbackRequest, JsonObject, StatusUpdate } from '@patchbay/plugin-sdk';
import type { CallbackCall, SandboxCallbacks, SandboxRequest } from '../sandbox/index.js';
import { changedUrls } from './changed-urls.js';
import { realTime } from '../sandbox/real-time.js';
import { requireTaken } from './require-taken.js';
import type { SuiteContext } from './suite-context.js';
import { CALLBACK_URL, type PluginBench } from './plugin-bench.js';

const DELIVERY_ID = '01890a5d-ac96-774b-bcce-b302099a8057';

/** Status callbacks: only the vendor's are heard, and all of its news is understood. */
export function describeCallbacks({ bench, sandbox, hasCallback }: SuiteContext): void {
  const { callbacks } = sandbox;
  describe('status callbacks', () => {
    it('are in the plugin where the vendor has them, and nowhere else', () => {
      expect(callbacks !== undefined).toBe(hasCallback);
    });
    if (!callbacks) return;
    const samples = callbacks.samples(DELIVERY_ID);

    it.each(samples)('hears and understands: $name', async ({ news, updates }) => {
      const request = asRequest(callbacks.call(await urlOf(bench(), callbacks), news, bench().sandbox.credentials));
      expect(await heard(bench(), request)).toBe(true);
      expect(understood(bench(), request)).toEqual(updates);
    });

    const { namesNoDelivery } = callbacks;
    if (namesNoDelivery === undefined) {
      it('names the delivery in what it sends, so that news finds it even where the answer was lost', async () => {
        await bench().deliver({ deliveryId: DELIVERY_ID });
        if (!bench().sandbox.requests.some(namesDelivery)) {
          throw new Error('Nothing that was sent holds delivery.id: put it into a field that the vendor gives back.');
        }
        if (!samples.some(({ updates }) => updates.some(({ deliveryId }) => deliveryId === DELIVERY_ID))) {
          throw new Error(
            'No sample of the sandbox has the delivery in its updates: the vendor gives back what it was sent.',
          );
        }
      });
    } else {
      it(`names no delivery in what it sends, because ${namesNoDelivery}`, async () => {
        await bench().deliver({ deliveryId: DELIVERY_ID });
        expect(bench().sandbox.requests.filter(namesDelivery)).toEqual([]);
      });
    }

    it('sends its messages without a callback URL too, where the hub does not know its own address', async () => {
      requireTaken(await bench().deliver({ hasPublicUrl: false }));
      const { requests, violations } = bench().sandbox;
      expect(violations).toEqual([]);
      expect(requests.map((request) => callbacks.urlOf?.(request)).filter((url) => url !== undefined)).toEqual([]);
    });

    if (callbacks.proof === 'url') {
      it('refuses news at a URL that was told with other credentials', async () => {
        const { credentials, wrongCredentials } = bench().sandbox;
        const url = await urlOf(bench(), callbacks, wrongCredentials);
        expect(await heard(bench(), asRequest(callbacks.call(url, firstNews(samples), credentials)))).toBe(false);
      });

      it('refuses news at a URL of which a part is missing or was changed', async () => {
        const told = await urlOf(bench(), callbacks);
        const request = asRequest(callbacks.call(told, firstNews(samples), bench().sandbox.credentials));
        const names = [...new URL(told).searchParams.keys()];
        expect(names).not.toEqual([]);
        for (const name of names) {
          const without = new URL(request.url);
          without.searchParams.delete(name);
          const changed = new URL(request.url);
          changed.searchParams.set(name, `${new URL(told).searchParams.get(name) ?? ''}0`);
          for (const { href } of [without, changed])
            expect(await heard(bench(), { ...request, url: href })).toBe(false);
        }
      });
    } else if (callbacks.proof !== 'token') {
      it('refuses news signed by somebody else', async () => {
        const url = await urlOf(bench(), callbacks);
        const request = asRequest(callbacks.call(url, firstNews(samples), sandbox.wrongCredentials));
        expect(await heard(bench(), request)).toBe(false);
      });

      it('refuses news that was changed on the way, and news without a signature', async () => {
        const told = await urlOf(bench(), callbacks);
        const call = callbacks.call(told, firstNews(samples), bench().sandbox.credentials);
        const changed = callbacks.changed?.(call) ?? { ...call, body: `${call.body} ` };
        expect(await heard(bench(), asRequest(changed))).toBe(false);
        const request = asRequest(call);
        const bare = Object.fromEntries(
          Object.entries(request.headers).filter(([name]) => name.startsWith('content-')),
        );
        expect(await heard(bench(), { ...request, headers: bare })).toBe(false);
      });

      it('refuses genuine news whose URL was changed, or reads the same out of it', async () => {
        const told = await urlOf(bench(), callbacks);
        for (const { news } of samples.filter(({ updates }) => updates.length > 0)) {
          const request = asRequest(callbacks.call(told, news, bench().sandbox.credentials));
          const meaning = understood(bench(), request);
          for (const [what, url] of changedUrls(request.url, DELIVERY_ID)) {
            const forged = { ...request, url };
            if (isDeepStrictEqual(understood(bench(), forged), meaning) || !(await heard(bench(), forged))) continue;
            throw new Error(
              `A genuine call is heard at a URL whose query somebody changed (${what}), and then says something else: ` +
                'let the signature cover the whole URL, prove the URL (provenCallbackUrl), or read nothing in it.',
            );
          }
        }
      });
    }

    it('refuses bytes that are no text, and reads no news in them', async () => {
      const url = await urlOf(bench(), callbacks);
      const request = asRequest(callbacks.call(url, firstNews(samples), bench().sandbox.credentials));
      for (const rawBody of [Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]), Buffer.alloc(0), Buffer.from('{"a":[[')]) {
        expect(await heard(bench(), { ...request, rawBody })).toBe(false);
        expect(understood(bench(), { ...request, rawBody })).toEqual([]);
      }
    });

    it.each([-1, 400])('are judged by the clock of the hub if the clock of its host is %d days ahead', async (days) => {
      const url = await urlOf(bench(), callbacks);
      const request = asRequest(callbacks.call(url, firstNews(samples), bench().sandbox.credentials));
      const host = jest.spyOn(Date, 'now').mockImplementation(() => realTime() + days * 86_400_000);
      expect(await heard(bench(), request).finally(() => host.mockRestore())).toBe(true);
    });

    const { stale } = callbacks;
    if (stale) {
      it('refuses a call of ten minutes ago', async () => {
        const url = await urlOf(bench(), callbacks);
        const request = asRequest(stale(url, firstNews(samples), bench().sandbox.credentials));
        expect(await heard(bench(), request)).toBe(false);
      });
    }
  });
}

/** The URL that the plugin told the vendor with a real message; the vendor refuses it where the credentials are wrong. */
async function urlOf(bench: PluginBench, callbacks: SandboxCallbacks, wrongCredentials?: JsonObject): Promise<string> {
  if (!callbacks.urlOf) return CALLBACK_URL;
  const outcome = await bench.deliver({
    deliveryId: DELIVERY_ID,
    ...(wrongCredentials && { credentials: wrongCredentials }),
  });
  if (!wrongCredentials) requireTaken(outcome);
  const last = bench.sandbox.requests.at(-1);
  const url = last && callbacks.urlOf(last);
  if (url === undefined) throw new Error('The plugin told the vendor no callback URL.');
  return url;
}

/** Whether a request holds the delivery's id: in its URL, a header or its body, a callback URL in there included. */
function namesDelivery({ target, headers, text }: SandboxRequest): boolean {
  return [target, text, ...Object.values(headers)].some((place) => place.includes(DELIVERY_ID));
}

function heard(bench: PluginBench, request: CallbackRequest): Promise<boolean> {
  const { credentials, settings } = bench.destination();
  return bench.gateway.authenticateCallback(bench.plugin.definition.type, request, { credentials, settings });
}

function understood(bench: PluginBench, request: CallbackRequest): readonly StatusUpdate[] {
  const { credentials, settings } = bench.destination();
  return bench.gateway.parseCallback(bench.plugin.definition.type, request, { credentials, settings });
}

function firstNews(samples: readonly { readonly news: JsonObject }[]): JsonObject {
  const first = samples[0];
  if (!first) throw new Error('The sandbox documents no callback.');
  return first.news;
}

function asRequest({ method, url, headers, body }: CallbackCall): CallbackRequest {
  return { method, url, headers, rawBody: Buffer.from(body, 'utf8') };
}
