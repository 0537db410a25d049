import { describe, expect, it } from '@jest/globals';
import { InProcessLocks, type OpenDestination } from '@patchbay/core';
import { createEgressPolicy } from '@patchbay/http';
import { DeliveryError, defineDestination, Field, type AnyDestinationDefinition } from '@patchbay/plugin-sdk';
import { PluginGateway } from '../plugin-gateway.js';
import { PluginRuntime } from './plugin-runtime.js';
import { TokenCache } from './token-cache.js';

const SECRET = 'top-secret-key-0001';

class Credentials {
  @Field({ label: 'Key', secret: true })
  key: string;
}
class Settings {
  @Field({ label: 'From', fromVendor: true })
  from: string;
  @Field({ label: 'Note', optional: true })
  note?: string;
}
class Message {
  @Field({ label: 'Text' })
  text: string;
}

const destination: OpenDestination = {
  ...{ id: 'd', brandId: 'b', brandName: 'acme', type: 'probe', version: 1 },
  credentials: { key: SECRET },
  settings: { from: 'Acme' },
};

function gateway(choices?: unknown): PluginGateway {
  const write = (): void => undefined;
  const logger = { info: write, warn: write, error: write };
  const clock = { now: () => 0 };
  const ports = { egress: createEgressPolicy('127.0.0.1/32'), logger, locks: new InProcessLocks(), clock };
  const definition: AnyDestinationDefinition = defineDestination({
    ...{ type: 'probe', label: 'Probe', description: 'For tests.', category: 'sms', messaging: 'sms', contract: 2 },
    ...{ credentials: Credentials, settings: Settings, message: Message },
    verify: () => Promise.resolve(),
    deliver: () => Promise.resolve({}),
    ...(choices === undefined ? {} : { choices: choices as NonNullable<AnyDestinationDefinition['choices']> }),
  });
  const plugin = { name: 'plugins/probe', definition, presets: new Map(), readme: null, logo: null };
  return new PluginGateway([new PluginRuntime(plugin, ports, new TokenCache(() => 0))], logger);
}

const load = (choices?: unknown) => gateway(choices).choices(destination, 'from', new AbortController().signal);

describe('the choices of a setting', () => {
  it('are known by the declaration of the setting', () => {
    expect(gateway().settingsFromVendor('probe')).toEqual(['from']);
    expect(gateway().settingsFromVendor('unknown')).toEqual([]);
  });

  it('are what the plugin loads with the credentials', async () => {
    const choices = ({ credentials }: { credentials: Credentials }, field: string) =>
      Promise.resolve([{ value: field, label: credentials.key.slice(0, 3) }, { value: 'Shop' }]);
    expect(await load(choices)).toEqual({ ok: true, choices: [{ value: 'from', label: 'top' }, { value: 'Shop' }] });
  });

  it('are bounded, and contain no invalid value', async () => {
    const invalid = [null, 'text', { value: 7 }, { value: '' }, { value: 'x'.repeat(501) }];
    expect(await load(() => Promise.resolve([...invalid, { value: 'ok', label: 7 }]))).toEqual({
      ok: true,
      choices: [{ value: 'ok' }],
    });
    const loaded = await load(() => Promise.resolve(Array.from({ length: 1_001 }, (_, n) => ({ value: String(n) }))));
    expect(loaded.ok && loaded.choices.length).toBe(1_000);
    expect(await load(() => Promise.resolve('nothing'))).toEqual({ ok: true, choices: [] });
  });

  it('fail with the cause, redacted', async () => {
    const refused = new DeliveryError('credentials', `the vendor refused ${SECRET}; correct it`);
    expect(await load(() => Promise.reject(refused))).toEqual({
      ok: false,
      message: 'the vendor refused [redacted]; correct it',
    });
    expect(await load(() => Promise.reject(new Error(SECRET)))).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^The plugin probe failed with an unexpected Error/),
    });
    expect(await load()).toMatchObject({ ok: false });
  });

  it('fail if no plugin provides the type', async () => {
    const unknown = { ...destination, type: 'unknown' };
    expect(await gateway().choices(unknown, 'from', new AbortController().signal)).toMatchObject({ ok: false });
  });
});
