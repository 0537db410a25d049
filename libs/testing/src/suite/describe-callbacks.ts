import { isDeepStrictEqual } from 'node:util';
import { describe, expect, jest } from '@jest/globals';
import type { CallbackUpdates } from '@patchbay/plugin-host';
import type { CallbackRequest, JsonObject } from '@patchbay/plugin-sdk';
import { realTime } from '../sandbox/real-time.js';
import {
  callbackSamples,
  type CallbackCall,
  type CallbackSample,
  type SandboxCallbacks,
} from '../sandbox/sandbox-definition.js';
import type { SandboxRequest } from '../sandbox/sandbox-request.js';
import { forgedBasic, forgedProofs, type Forgery } from './forgeries.js';
import { CALLBACK_URL, type PluginBench } from './plugin-bench.js';
import { requireAccepted } from './require-accepted.js';
import { advise, type Rules } from './rules.js';
import { ACCEPTS_SAMPLES, HAS_CALLBACKS, REFUSES_FORGERIES, SENDS, type SuiteContext } from './suite-context.js';
import { tamperedUrls } from './tampered-urls.js';

const DELIVERY_ID = '01890a5d-ac96-774b-bcce-b302099a8057';

/** Advice about a forged call that was accepted, by the proof of the vendor's calls. */
const FORGERY_ADVICE: Readonly<Record<SandboxCallbacks['proof'], string>> = {
  signature: 'Compute the signature over the raw body with the secret, and compare it with `equalInConstantTime`.',
  basic: 'Compare the whole Authorization header with `basicAuth(username, password)`, in constant time.',
  token: 'Compare the whole token with `equalInConstantTime`; a missing token must not equal a missing setting.',
  url: 'Call `requireProvenCallbackUrl(request.url, secret)` in `authenticate`.',
  none: 'The token of the callback URL, which the hub checks, is the only proof.',
};

/** Tests that only the vendor's status callbacks are accepted, and that all documented statuses are parsed. */
export function describeCallbacks(context: SuiteContext): void {
  const { rules, bench, sandbox, hasStatusCallback } = context;
  const { callbacks } = sandbox;
  describe('status callbacks', () => {
    rules.rule(HAS_CALLBACKS, () => {
      advise(
        '`statusCallback` of the plugin and `callbacks` of the sandbox belong together. Add the missing one.',
        () => {
          expect({ plugin: hasStatusCallback, sandbox: callbacks !== undefined }).toEqual({
            plugin: hasStatusCallback,
            sandbox: hasStatusCallback,
          });
        },
      );
    });
    if (!callbacks) return;
    const samples = callbackSamples(callbacks, DELIVERY_ID);
    const checked = rules.after(ACCEPTS_SAMPLES, SENDS, HAS_CALLBACKS);

    for (const { name, payload, updates, recipients = [] } of samples) {
      checked.rule(`accepts and parses: ${name}`, async () => {
        const request = asRequest(await genuineCall(bench(), callbacks, payload));
        const isAccepted = await accepts(bench(), request);
        advise('`authenticate` refused a genuine call. Compare it with the call of the sandbox.', () => {
          expect({ isAccepted }).toEqual({ isAccepted: true });
        });
        advise('`parse` returned other updates than the sandbox expects. Correct `parse`, or the sample.', () => {
          expect(parse(bench(), request)).toEqual({ statuses: updates, recipients });
        });
      });
    }

    describeDeliveryIds(context, callbacks, samples, checked);
    describeForgeries(context, callbacks, samples, checked);

    checked.rule('refuse bytes that are not text, and no status update is read from them', async () => {
      const request = asRequest(await genuineCall(bench(), callbacks, firstPayload(samples)));
      const accepted: string[] = [];
      for (const rawBody of [Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]), Buffer.alloc(0), Buffer.from('{"a":[[')]) {
        if (await accepts(bench(), { ...request, rawBody })) accepted.push(rawBody.toString('latin1'));
        advise('`parse` must return no updates for a body that it cannot read. Use `jsonObjectIn`.', () => {
          expect(parse(bench(), { ...request, rawBody })).toEqual({ statuses: [], recipients: [] });
        });
      }
      advise('`authenticate` accepted a body that the vendor never sends. Throw if the body cannot be read.', () => {
        expect(accepted).toEqual([]);
      });
    });

    for (const days of [-1, 400]) {
      checked.rule(`are checked with the clock of the hub if its host is ${String(days)} days ahead`, async () => {
        const request = asRequest(await genuineCall(bench(), callbacks, firstPayload(samples)));
        const host = jest.spyOn(Date, 'now').mockImplementation(() => realTime() + days * 86_400_000);
        const isAccepted = await accepts(bench(), request).finally(() => host.mockRestore());
        advise('`authenticate` depends on the clock of the host, which may be wrong. Use `context.now()`.', () => {
          expect({ isAccepted }).toEqual({ isAccepted: true });
        });
      });
    }
  });
}

/** Tests that a status update finds its delivery, and that a hub without a public URL can send. */
function describeDeliveryIds(
  { bench }: SuiteContext,
  callbacks: SandboxCallbacks,
  samples: readonly CallbackSample[],
  rules: Rules,
): void {
  const { namesNoDelivery } = callbacks;
  if (namesNoDelivery === undefined) {
    rules.rule(
      'contain the delivery id, so that a status update finds its delivery even if the response was lost',
      async () => {
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
      },
    );
  } else {
    rules.rule(`contain no delivery id, because ${namesNoDelivery}`, async () => {
      await bench().deliver({ deliveryId: DELIVERY_ID });
      advise('A request contains delivery.id. Remove `namesNoDelivery` from the sandbox.', () => {
        expect(bench().sandbox.requests.filter(namesDelivery)).toEqual([]);
      });
    });
  }

  rules.rule('are left out if the hub has no public URL', async () => {
    requireAccepted(await bench().deliver({ hasPublicUrl: false }));
    const { requests, violations } = bench().sandbox;
    const urls = requests.map((request) => callbacks.urlOf?.(request)).filter((url) => url !== undefined);
    advise('Send a callback URL only if `delivery.statusCallbackUrl` is set.', () => {
      expect({ violations, urls }).toEqual({ violations: [], urls: [] });
    });
  });
}

/** Tests that forged calls are refused, by the proof of the vendor's calls. */
function describeForgeries(
  { bench, sandbox }: SuiteContext,
  callbacks: SandboxCallbacks,
  samples: readonly CallbackSample[],
  rules: Rules,
): void {
  const { proof, stale } = callbacks;
  if (proof !== 'none') {
    rules.rule(REFUSES_FORGERIES, async () => {
      const forgeries = await forgeriesOf(bench(), callbacks, firstPayload(samples));
      if (forgeries.length === 0) {
        throw new Error(
          `The calls of the sandbox have no proof of the kind "${proof}" that depends on the credentials. Let ` +
            '"callbacks.call" use its credentials, and give "wrongCredentials" another value for the proof.',
        );
      }
      const accepted: string[] = [];
      for (const { what, call } of forgeries) if (await accepts(bench(), asRequest(call))) accepted.push(what);
      advise(`\`authenticate\` accepted calls that are not from the vendor. ${FORGERY_ADVICE[proof]}`, () => {
        expect(accepted).toEqual([]);
      });
    });
  }

  if (proof === 'signature') {
    rules.after(REFUSES_FORGERIES).rule('refuse a genuine call at a changed URL, or ignore the change', async () => {
      for (const { payload } of samples.filter(({ updates }) => updates.length > 0)) {
        const request = asRequest(await genuineCall(bench(), callbacks, payload));
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

  if (stale) {
    rules.after(REFUSES_FORGERIES).rule('refuse a call from ten minutes ago', async () => {
      const url = await urlOf(bench(), callbacks);
      const isAccepted = await accepts(bench(), asRequest(stale(url, firstPayload(samples), sandbox.credentials)));
      advise('`authenticate` accepted an old call. Compare the timestamp with `context.now()`.', () => {
        expect({ isAccepted }).toEqual({ isAccepted: false });
      });
    });
  }
}

/** Returns the calls that an attacker could make instead of a genuine call. */
async function forgeriesOf(
  bench: PluginBench,
  callbacks: SandboxCallbacks,
  payload: JsonObject,
): Promise<readonly Forgery[]> {
  const { credentials, wrongCredentials } = bench.sandbox;
  const url = await urlOf(bench, callbacks);
  const genuine = callbacks.call(url, payload, credentials);
  const other = callbacks.call(url, payload, wrongCredentials);
  switch (callbacks.proof) {
    case 'basic':
      return forgedBasic(genuine);
    case 'token':
      return isDeepStrictEqual(genuine, other)
        ? []
        : [{ what: 'the token of other credentials', call: other }, ...forgedProofs(genuine, other)];
    case 'signature': {
      const bare = Object.entries(genuine.headers).filter(([name]) => name.startsWith('content-'));
      return isDeepStrictEqual(genuine, other)
        ? []
        : [
            { what: 'signed with other credentials', call: other },
            { what: 'a changed body', call: callbacks.changed?.(genuine) ?? { ...genuine, body: `${genuine.body} ` } },
            { what: 'no headers', call: { ...genuine, headers: Object.fromEntries(bare) } },
            ...forgedProofs(genuine, other),
          ];
    }
    case 'url': {
      const otherUrl = await urlOf(bench, callbacks, wrongCredentials);
      return [
        { what: 'a URL made with other credentials', call: callbacks.call(otherUrl, payload, credentials) },
        ...forgedUrls(genuine, new URL(url)),
      ];
    }
    case 'none':
      return [];
  }
}

/** Returns calls to the URL with each of its parameters missing or changed. */
function forgedUrls(genuine: CallbackCall, callbackUrl: URL): readonly Forgery[] {
  return [...new Set(callbackUrl.searchParams.keys())].flatMap((name) => {
    const without = new URL(genuine.url);
    without.searchParams.delete(name);
    const changed = new URL(genuine.url);
    changed.searchParams.set(name, `${callbackUrl.searchParams.get(name) ?? ''}0`);
    return [
      { what: `a URL without ${name}`, call: { ...genuine, url: without.href } },
      { what: `a URL with another ${name}`, call: { ...genuine, url: changed.href } },
    ];
  });
}

/** Returns a call as the vendor makes it, at the URL that the plugin sent. */
async function genuineCall(
  bench: PluginBench,
  callbacks: SandboxCallbacks,
  payload: JsonObject,
): Promise<CallbackCall> {
  return callbacks.call(await urlOf(bench, callbacks), payload, bench.sandbox.credentials);
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

function firstPayload(samples: readonly CallbackSample[]): JsonObject {
  const first = samples[0];
  if (!first) throw new Error('The sandbox has no callback samples. Add one per documented status.');
  return first.payload;
}

function asRequest({ method, url, headers, body }: CallbackCall): CallbackRequest {
  return { method, url, headers, rawBody: Buffer.from(body, 'utf8') };
}
