import { afterEach, describe, expect, it } from '@jest/globals';
import { InProcessLocks } from '@patchbay/core';
import { Inject, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createEgressPolicy } from '@patchbay/http';
import {
  defineDestination,
  Field,
  PLUGIN_CLOCK,
  PLUGIN_LOGGER,
  type DestinationDefinition,
  type PluginClock,
  type PluginLogger,
  type PluginModule,
} from '@patchbay/plugin-sdk';
import type { DiscoveredPlugin } from '../discovery/discovered-plugin.js';
import { PluginBootError } from '../discovery/plugin-problem.js';
import { PluginGateway } from '../plugin-gateway.js';
import { PluginRuntime } from './plugin-runtime.js';
import { PluginServices, startServices } from './plugin-services.js';
import { TokenCache } from './token-cache.js';

class Values {
  @Field({ label: 'Key', optional: true })
  key?: string;
}

const closed: string[] = [];
const log: { readonly fields: object; readonly message: string }[] = [];
const write = (fields: object, message: string) => void log.push({ fields, message });
const ports = {
  logger: { info: write, warn: write, error: write },
  clock: { now: () => 1_795_544_400_000 },
  locks: new InProcessLocks(),
  egress: createEgressPolicy(''),
};

@Injectable()
class Ledger implements OnApplicationShutdown {
  count = 0;

  constructor(
    @Inject(PLUGIN_CLOCK) readonly clock: PluginClock,
    @Inject(PLUGIN_LOGGER) readonly logger: PluginLogger,
  ) {}

  onApplicationShutdown(): void {
    closed.push('ledger');
  }
}

@Module({ providers: [Ledger, { provide: 'rates', useFactory: () => Promise.resolve([1, 2]) }] })
class LedgerModule {}

type Deliver = DestinationDefinition<Values, Values, Values>['deliver'];

@Injectable()
class Failing implements OnModuleInit {
  onModuleInit(): Promise<void> {
    return Promise.reject(new Error('the licence file is missing\nsecond line'));
  }
}

@Module({ providers: [Failing] })
class FailingModule {}

/** Module with a provider that needs a provider of the hub. */
function needing(token: symbol | (abstract new (...args: never[]) => object)): PluginModule {
  @Injectable()
  class Curious {
    constructor(@Inject(token) readonly wanted: unknown) {}
  }
  @Module({ providers: [Curious] })
  class CuriousModule {}
  return CuriousModule;
}

const nothing: Deliver = () => Promise.resolve({});

function plugin(type: string, module?: PluginModule, deliver = nothing): DiscoveredPlugin {
  const definition = defineDestination({
    type,
    label: type,
    description: 'For tests.',
    category: 'crm',
    messaging: null,
    contract: 2,
    ...(module !== undefined && { module }),
    credentials: Values,
    settings: Values,
    message: Values,
    verify: () => Promise.resolve(),
    deliver,
  });
  return { name: `plugins/${type}`, definition, presets: new Map(), readme: null, logo: null };
}

afterEach(() => {
  closed.length = 0;
  log.length = 0;
});

async function servicesOf(module: PluginModule): Promise<PluginServices> {
  const services = await PluginServices.start(plugin('acme', module).definition, ports);
  if (services === undefined) throw new Error('the module was not started');
  return services;
}

describe('the services of a plugin', () => {
  it('are the providers of its module, with the clock and the logger of the SDK', async () => {
    const services = await servicesOf(LedgerModule);
    const ledger = services.get(Ledger);
    expect(ledger).toBeInstanceOf(Ledger);
    expect(services.get(Ledger)).toBe(ledger);
    expect(services.get('rates')).toEqual([1, 2]);
    expect(ledger.clock.now()).toBe(1_795_544_400_000);
    ledger.logger.info('booked for +919000000001', { to: 'asha@example.com' });
    expect(log).toEqual([{ fields: { type: 'acme', details: '…' }, message: 'booked for …' }]);
    await services.close();
  });

  it('belong to one plugin, even if another plugin has the same module', async () => {
    @Module({})
    class OtherModule {}
    const all = [
      plugin('one', LedgerModule),
      plugin('two', LedgerModule),
      plugin('other', OtherModule),
      plugin('none'),
    ];
    const services = await startServices(all, ports);
    expect([...services.keys()]).toEqual(['one', 'two', 'other']);
    expect(services.get('one')?.get(Ledger)).not.toBe(services.get('two')?.get(Ledger));
    expect(() => services.get('other')?.get(Ledger)).toThrow(
      'The module of the plugin other does not provide Ledger. Add it to the providers of the module.',
    );
    for (const one of services.values()) await one.close();
    expect(closed).toEqual(['ledger', 'ledger']);
  });

  it('cannot reach a provider of the application that starts them', async () => {
    const SECRET = Symbol('database');
    @Module({
      providers: [
        { provide: SECRET, useValue: 'a connection' },
        { provide: 'started', useFactory: () => servicesOf(LedgerModule) },
        {
          provide: 'refused',
          useFactory: () => startServices([plugin('curious', needing(SECRET))], ports).catch(String),
        },
      ],
    })
    class HubModule {}
    const app = await Test.createTestingModule({ imports: [HubModule] }).compile();
    const services = app.get<PluginServices>('started');
    expect(app.get(SECRET)).toBe('a connection');
    expect(() => services.get(SECRET)).toThrow('does not provide Symbol(database)');
    expect(() => services.get(PluginGateway)).toThrow('does not provide PluginGateway');
    expect(app.get('refused')).toContain('plugins/curious: its module does not start: ');
    await services.close();
    await app.close();
  });
});

describe('a module that does not start', () => {
  it('refuses its plugin with the reason, and closes the modules that started', async () => {
    const all = [plugin('good', LedgerModule), plugin('bad', FailingModule), plugin('curious', needing(PluginGateway))];
    const error: unknown = await startServices(all, ports).catch((caught: unknown) => caught);
    if (!(error instanceof PluginBootError)) throw new Error('expected a PluginBootError', { cause: error });
    expect(error.problems).toEqual([
      {
        plugin: 'plugins/bad',
        message: 'its module does not start: the licence file is missing; correct its providers',
      },
      { plugin: 'plugins/curious', message: expect.stringMatching(/does not start: .*PluginGateway.*correct its/) },
    ]);
    expect(closed).toEqual(['ledger']);
  });

  it('is refused if it never becomes ready', async () => {
    @Injectable()
    class Slow implements OnModuleInit {
      onModuleInit(): Promise<void> {
        return new Promise(() => undefined);
      }
    }
    @Module({ providers: [Slow] })
    class SlowModule {}
    const started = PluginServices.start(plugin('slow', SlowModule).definition, ports, 20);
    await expect(started).rejects.toThrow('it takes longer than 20 ms');
  });
});

describe('context.get', () => {
  const request = {
    destination: {
      ...{ id: 'd1', brandId: 'b1', brandName: 'acme', type: 'acme', version: 1, timeoutMs: 5_000 },
      ...{ credentials: {}, settings: {} },
    },
    message: {},
    event: {
      ...{ id: 'e1', type: 'pointsIssued', brand: 'acme', source: 'capillary', customerId: null, data: {} },
      ...{ occurredAt: '2026-01-01T00:00:00.000Z', receivedAt: '2026-01-01T00:00:00.000Z' },
    },
    delivery: { id: 'v1', attempt: 1, idempotencyKey: 'k1' },
    signal: new AbortController().signal,
  };

  const runtime = async (module?: PluginModule): Promise<PluginRuntime> => {
    const found = plugin('acme', module, ({ get }) =>
      Promise.resolve({ externalId: `m${String(++get(Ledger).count)}` }),
    );
    const services = await startServices([found], ports);
    return new PluginRuntime(found, ports, new TokenCache(() => 0), services.get('acme'));
  };

  it('returns a provider in deliver, the same in all calls, until the plugin is replaced', async () => {
    const gateway = new PluginGateway([await runtime(LedgerModule)], ports.logger);
    expect(await gateway.deliver(request)).toMatchObject({ kind: 'accepted', externalId: 'm1' });
    expect(await gateway.deliver(request)).toMatchObject({ kind: 'accepted', externalId: 'm2' });
    await gateway.replace(await runtime(LedgerModule));
    expect(closed).toEqual(['ledger']);
    expect(await gateway.deliver(request)).toMatchObject({ kind: 'accepted', externalId: 'm1' });
    await gateway.close();
    expect(closed).toEqual(['ledger', 'ledger']);
  });

  it('fails in a plugin without a module', async () => {
    const gateway = new PluginGateway([await runtime()], ports.logger);
    expect(await gateway.deliver(request)).toMatchObject({ kind: 'transient' });
    expect(log.at(-1)?.message).toBe('plugin threw an error that is not a DeliveryError');
    await gateway.close();
  });
});
