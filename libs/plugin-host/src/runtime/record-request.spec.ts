import { describe, expect, it } from '@jest/globals';
import { InProcessLocks, type OpenDestination } from '@patchbay/core';
import { createEgressPolicy } from '@patchbay/http';
import { defineDestination, Field, type DestinationDefinition, type JsonObject } from '@patchbay/plugin-sdk';
import { PluginRuntime } from './plugin-runtime.js';
import { recordRequest, type Recording } from './record-request.js';
import { TokenCache } from './token-cache.js';

const NOW = 1_795_544_400_000;
const URL_OF_VENDOR = 'https://vendor.example/send';

class Credentials {
  @Field({ label: 'Key', secret: true })
  key: string;
}
class Settings {
  @Field({ label: 'Headers', type: 'object', optional: true })
  headers?: Record<string, string>;
}
class Message {
  @Field({ label: 'Data', type: 'object' })
  data: JsonObject;
}
type Definition = DestinationDefinition<Credentials, Settings, Message>;
type Deliver = Definition['deliver'];

const event = {
  ...{ id: '0199a5a0-0000-7000-8000-000000000001', type: 'order', brand: 'acme', source: 's', customerId: null },
  ...{ occurredAt: '2026-11-30T00:00:00Z', receivedAt: '2026-11-30T00:00:00Z', data: {} },
};

/** Creates the runtime of a plugin with this `deliver`, and a function that records a request. */
function world(deliver: Deliver) {
  const definition: Definition = defineDestination({
    ...{ type: 'probe', label: 'Probe', description: 'For tests.', category: 'webhook', messaging: null, contract: 2 },
    ...{ contextHttpOnly: true, credentials: Credentials, settings: Settings, message: Message },
    verify: () => Promise.resolve(),
    deliver,
  });
  const clock = { now: () => NOW };
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const runtime = new PluginRuntime(
    { name: 'plugins/probe', definition, presets: new Map(), readme: null, logo: null },
    { egress: createEgressPolicy(''), clock, logger, locks: new InProcessLocks() },
    new TokenCache(clock.now),
  );
  const destination: OpenDestination = {
    ...{ id: 'd', brandId: 'b', brandName: 'acme', type: 'probe', version: 1 },
    ...{ credentials: { key: 'the-real-key' }, settings: { headers: { 'x-shop': 'one' } } },
  };
  const message: JsonObject = { data: { points: 1 } };
  const record = (): Promise<Recording> => recordRequest(runtime, { destination, message, event });
  return { destination, message, record };
}

describe('recordRequest', () => {
  it('lets no plugin repeat a failed request in a loop, which would stop the process', async () => {
    let failures = 0;
    const { record } = world(async ({ http }) => {
      while (failures < 1_000) {
        try {
          await http.send({ method: 'POST', url: URL_OF_VENDOR });
        } catch {
          failures += 1;
        }
      }
      return {};
    });
    expect((await record()).request?.url).toBe(URL_OF_VENDOR);
    expect(failures).toBeLessThanOrEqual(1);
  });

  it('keeps the changes of a plugin from the destination and the message', async () => {
    const { record, destination, message } = world(async ({ http, settings, credentials }, { data }) => {
      if (settings.headers !== undefined) settings.headers['authorization'] = credentials.key;
      Object.assign(data, { points: 2 });
      await http.send({ method: 'POST', url: URL_OF_VENDOR });
      return {};
    });
    expect((await record()).request?.url).toBe(URL_OF_VENDOR);
    expect([destination.settings, message]).toEqual([{ headers: { 'x-shop': 'one' } }, { data: { points: 1 } }]);
  });

  it('accepts a plugin in JavaScript that returns no promise and does not wait for its request', async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    const deliver: unknown = ({ http }: Parameters<Deliver>[0]) => {
      void http.send({ method: 'POST', url: URL_OF_VENDOR });
    };
    const { record } = world(deliver as Deliver);
    expect((await record()).request?.url).toBe(URL_OF_VENDOR);
    await new Promise(setImmediate);
    process.off('unhandledRejection', onUnhandled);
    expect(unhandled).toEqual([]);
  });

  it.each([[null], [undefined], ['text'], [{ name: 'DeliveryError', kind: 'rejected' }]])(
    'returns a note if the plugin throws %j',
    async (thrown: unknown) => {
      const { record } = world(() => {
        throw thrown;
      });
      expect(await record()).toEqual({ request: null, note: expect.stringContaining('made no request') });
    },
  );

  it('uses no token of a recording in a delivery', async () => {
    const seen: string[] = [];
    let fetched = 0;
    const { record } = world(async ({ http, token }) => {
      const { value } = await token('login', () => {
        fetched += 1;
        return Promise.resolve({ value: 'fetched', expiresInMs: 60_000 });
      });
      seen.push(value);
      await http.send({ method: 'POST', url: URL_OF_VENDOR });
      return {};
    });
    await record();
    expect([seen, fetched]).toEqual([['patchbay-hidden-secret'], 0]);
  });
});
