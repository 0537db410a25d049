import { describe, expect, it } from '@jest/globals';
import type { CallbackRequest, JsonObject } from '@patchbay/plugin-sdk';
import type { CallbackCall, SandboxCallbacks } from '../sandbox/index.js';
import type { SuiteContext } from './suite-context.js';
import type { PluginBench } from './plugin-bench.js';

const DELIVERY_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const PLAIN_URL = 'https://hub.example.com/v1/callbacks/01890a5d-0000-7000-8000-000000000001/invented-token';

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
      expect(bench().gateway.parseCallback(sandbox.type, request)).toEqual(updates);
    });

    it('refuses news signed by somebody else', async () => {
      const request = asRequest(callbacks.call(PLAIN_URL, firstNews(samples), sandbox.wrongCredentials));
      expect(await heard(bench(), request)).toBe(false);
    });

    it('refuses news that was changed on the way, and news without a signature', async () => {
      const request = asRequest(callbacks.call(PLAIN_URL, firstNews(samples), bench().sandbox.credentials));
      const changed = Buffer.concat([request.rawBody, Buffer.from(' ')]);
      expect(await heard(bench(), { ...request, rawBody: changed })).toBe(false);
      const bare = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name.startsWith('content-')));
      expect(await heard(bench(), { ...request, headers: bare })).toBe(false);
    });

    it('refuses bytes that are no text, and reads no news in them', async () => {
      const request = asRequest(callbacks.call(PLAIN_URL, firstNews(samples), bench().sandbox.credentials));
      for (const rawBody of [Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]), Buffer.alloc(0), Buffer.from('{"a":[[')]) {
        expect(await heard(bench(), { ...request, rawBody })).toBe(false);
        expect(bench().gateway.parseCallback(sandbox.type, { ...request, rawBody })).toEqual([]);
      }
    });

    const { stale } = callbacks;
    if (stale) {
      it('refuses a call of ten minutes ago', async () => {
        const request = asRequest(stale(PLAIN_URL, firstNews(samples), bench().sandbox.credentials));
        expect(await heard(bench(), request)).toBe(false);
      });
    }
  });
}

/** The URL that the plugin told the vendor with a real message. */
async function urlOf(bench: PluginBench, callbacks: SandboxCallbacks): Promise<string> {
  if (!callbacks.urlOf) return PLAIN_URL;
  const outcome = await bench.deliver({ deliveryId: DELIVERY_ID });
  if (outcome.kind !== 'accepted') throw new Error(`The message was not taken: ${outcome.message}`);
  const last = bench.sandbox.inbox.at(-1);
  const url = last && callbacks.urlOf(last.request);
  if (url === undefined) throw new Error('The plugin told the vendor no callback URL.');
  return url;
}

function heard(bench: PluginBench, request: CallbackRequest): Promise<boolean> {
  const { credentials, settings } = bench.destination();
  return bench.gateway.authenticateCallback(bench.plugin.definition.type, request, { credentials, settings });
}

function firstNews(samples: readonly { readonly news: JsonObject }[]): JsonObject {
  const first = samples[0];
  if (!first) throw new Error('The sandbox documents no callback.');
  return first.news;
}

function asRequest({ method, url, headers, body }: CallbackCall): CallbackRequest {
  return { method, url, headers, rawBody: Buffer.from(body, 'utf8') };
}
