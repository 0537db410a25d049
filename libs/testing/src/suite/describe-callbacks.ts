import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import type { CallbackUpdates } from '@patchbay/plugin-host';
import type { CallbackRequest, JsonObject } from '@patchbay/plugin-sdk';
import { callbackSamples, type CallbackCall, type SandboxCallbacks } from '../sandbox/sandbox-definition.js';
import type { SandboxRequest } from '../sandbox/sandbox-request.js';
import { tamperedUrls } from './tampered-urls.js';
import { realTime } from '../sandbox/real-time.js';
import { requireAccepted } from './require-accepted.js';
import type { SuiteContext } from './suite-context.js';
import { CALLBACK_URL, type PluginBench } from './plugin-bench.js';

const DELIVERY_ID = '01890a5d-ac96-774b-bcce-b302099a8057';

/** Tests that only the vendor's status callbacks are accepted, and that all documented statuses are parsed. */
export function describeCallbacks({ bench, sandbox, hasStatusCallback }: SuiteContext): void {
  const { callbacks } = sandbox;
  describe('status callbacks', () => {
    it('exist in the plugin if and only if the vendor has them', () => {
      expect(callbacks !== undefined).toBe(hasStatusCallback);
    });
    if (!callbacks) return;
    const samples = callbackSamples(callbacks, DELIVERY_ID);

    it.each(samples)('accepts and parses: $name', async ({ payload, updates, recipients = [] }) => {
      const request = asRequest(callbacks.call(await urlOf(bench(), callbacks), payload, bench().sandbox.credentials));
      expect(await accepts(bench(), request)).toBe(true);
      expect(parse(bench(), request)).toEqual({ statuses: updates, recipients });
    });

    const { namesNoDelivery } = callbacks;
    if (namesNoDelivery === undefined) {
      it('sends the delivery id, so that a status update finds its delivery even if the response was lost', async () => {
        await bench().deliver({ deliveryId: DELIVERY_ID });
        if (!bench().sandbox.requests.some(namesDelivery)) {
          throw new Error(
            'No request contains delivery.id. Put it into a field that the vendor returns in its callbacks.',
          );
        }
        if (!samples.some(({ updates }) => updates.some(({ deliveryId }) => deliveryId === DELIVERY_ID))) {
          throw new Error(
            'No callback sample contains the delivery id. Return it in the updates of the samples, as the vendor does.',
          );
        }
      });
    } else {
      it(`sends no delivery id, because ${namesNoDelivery}`, async () => {
        await bench().deliver({ deliveryId: DELIVERY_ID });
        expect(bench().sandbox.requests.filter(namesDelivery)).toEqual([]);
      });
    }

    it('sends its messages without a callback URL if the hub has no public URL', async () => {
      requireAccepted(await bench().deliver({ hasPublicUrl: false }));
      const { requests, violations } = bench().sandbox;
      expect(violations).toEqual([]);
      expect(requests.map((request) => callbacks.urlOf?.(request)).filter((url) => url !== undefined)).toEqual([]);
    });

    if (callbacks.proof === 'url') {
      it('refuses a callback at a URL made with other credentials', async () => {
        const { credentials, wrongCredentials } = bench().sandbox;
        const url = await urlOf(bench(), callbacks, wrongCredentials);
        expect(await accepts(bench(), asRequest(callbacks.call(url, firstPayload(samples), credentials)))).toBe(false);
      });

      it('refuses a callback at a URL with a missing or changed part', async () => {
        const callbackUrl = await urlOf(bench(), callbacks);
        const request = asRequest(callbacks.call(callbackUrl, firstPayload(samples), bench().sandbox.credentials));
        const names = [...new URL(callbackUrl).searchParams.keys()];
        expect(names).not.toEqual([]);
        for (const name of names) {
          const without = new URL(request.url);
          without.searchParams.delete(name);
          const changed = new URL(request.url);
          changed.searchParams.set(name, `${new URL(callbackUrl).searchParams.get(name) ?? ''}0`);
          for (const { href } of [without, changed])
            expect(await accepts(bench(), { ...request, url: href })).toBe(false);
        }
      });
    } else if (callbacks.proof !== 'token') {
      it('refuses a callback signed with other credentials', async () => {
        const url = await urlOf(bench(), callbacks);
        const request = asRequest(callbacks.call(url, firstPayload(samples), sandbox.wrongCredentials));
        expect(await accepts(bench(), request)).toBe(false);
      });

      it('refuses a changed callback, and one without a signature', async () => {
        const callbackUrl = await urlOf(bench(), callbacks);
        const call = callbacks.call(callbackUrl, firstPayload(samples), bench().sandbox.credentials);
        const changed = callbacks.changed?.(call) ?? { ...call, body: `${call.body} ` };
        expect(await accepts(bench(), asRequest(changed))).toBe(false);
        const request = asRequest(call);
        const bare = Object.fromEntries(
          Object.entries(request.headers).filter(([name]) => name.startsWith('content-')),
        );
        expect(await accepts(bench(), { ...request, headers: bare })).toBe(false);
      });

      it('refuses a genuine callback at a changed URL, or ignores the change', async () => {
        const callbackUrl = await urlOf(bench(), callbacks);
        for (const { payload } of samples.filter(({ updates }) => updates.length > 0)) {
          const request = asRequest(callbacks.call(callbackUrl, payload, bench().sandbox.credentials));
          const meaning = parse(bench(), request);
          for (const [what, url] of tamperedUrls(request.url, DELIVERY_ID)) {
            const forged = { ...request, url };
            if (isDeepStrictEqual(parse(bench(), forged), meaning) || !(await accepts(bench(), forged))) continue;
            throw new Error(
              `A callback at a changed URL (${what}) is accepted and has another meaning. ` +
                'Let the signature cover the whole URL, use provenCallbackUrl, or read nothing from the URL.',
            );
          }
        }
      });
    }

    it('refuses bytes that are not text, and reads no status update from them', async () => {
      const url = await urlOf(bench(), callbacks);
      const request = asRequest(callbacks.call(url, firstPayload(samples), bench().sandbox.credentials));
      for (const rawBody of [Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]), Buffer.alloc(0), Buffer.from('{"a":[[')]) {
        expect(await accepts(bench(), { ...request, rawBody })).toBe(false);
        expect(parse(bench(), { ...request, rawBody })).toEqual({ statuses: [], recipients: [] });
      }
    });

    it.each([-1, 400])(
      'are checked with the clock of the hub if the clock of its host is %d days ahead',
      async (days) => {
        const url = await urlOf(bench(), callbacks);
        const request = asRequest(callbacks.call(url, firstPayload(samples), bench().sandbox.credentials));
        const host = jest.spyOn(Date, 'now').mockImplementation(() => realTime() + days * 86_400_000);
        expect(await accepts(bench(), request).finally(() => host.mockRestore())).toBe(true);
      },
    );

    const { stale } = callbacks;
    if (stale) {
      it('refuses a call from ten minutes ago', async () => {
        const url = await urlOf(bench(), callbacks);
        const request = asRequest(stale(url, firstPayload(samples), bench().sandbox.credentials));
        expect(await accepts(bench(), request)).toBe(false);
      });
    }
  });
}

/**
 * Returns the callback URL that the plugin sent with a real message. If the credentials are wrong, the vendor refuses
 * the message.
 */
async function urlOf(bench: PluginBench, callbacks: SandboxCallbacks, wrongCredentials?: JsonObject): Promise<string> {
  if (!callbacks.urlOf) return CALLBACK_URL;
  const outcome = await bench.deliver({
    deliveryId: DELIVERY_ID,
    ...(wrongCredentials && { credentials: wrongCredentials }),
  });
  if (!wrongCredentials) requireAccepted(outcome);
  const last = bench.sandbox.requests.at(-1);
  const url = last && callbacks.urlOf(last);
  if (url === undefined)
    throw new Error('The plugin sent no callback URL to the vendor. Send statusCallbackUrl with the message.');
  return url;
}

/**
 * Returns true if a request contains the delivery's id in its URL, a header or its body (for example in a callback
 * URL).
 */
function namesDelivery({ target, headers, text }: SandboxRequest): boolean {
  return [target, text, ...Object.values(headers)].some((place) => place.includes(DELIVERY_ID));
}

function accepts(bench: PluginBench, request: CallbackRequest): Promise<boolean> {
  const { credentials, settings } = bench.destination();
  return bench.gateway.authenticateCallback(bench.plugin.definition.type, request, { credentials, settings });
}

function parse(bench: PluginBench, request: CallbackRequest): CallbackUpdates {
  const { credentials, settings } = bench.destination();
  return bench.gateway.parseCallback(bench.plugin.definition.type, request, { credentials, settings });
}

function firstPayload(samples: readonly { readonly payload: JsonObject }[]): JsonObject {
  const first = samples[0];
  if (!first) throw new Error('The sandbox has no callback samples. Add one per documented status.');
  return first.payload;
}

function asRequest({ method, url, headers, body }: CallbackCall): CallbackRequest {
  return { method, url, headers, rawBody: Buffer.from(body, 'utf8') };
}
