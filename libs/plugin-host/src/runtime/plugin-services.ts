import {
  Module,
  type DynamicModule,
  type INestApplicationContext,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import {
  PLUGIN_CLOCK,
  PLUGIN_LOGGER,
  withoutContacts,
  type AnyDestinationDefinition,
  type PluginClock,
  type PluginLogger,
  type PluginModule,
  type ServiceToken,
} from '@patchbay/plugin-sdk';
import type { DiscoveredPlugin } from '../discovery/discovered-plugin.js';
import { PluginBootError, type PluginProblem } from '../discovery/plugin-problem.js';
import type { HostPorts } from './host-ports.js';

/** Time limit for the start of a plugin's module, in milliseconds. */
const START_LIMIT_MS = 30_000;

/**
 * Services of one plugin: a Nest application context of its own with the module of the plugin. The host adds the tokens of
 * the SDK and nothing of the hub.
 */
export class PluginServices {
  private constructor(
    private readonly type: string,
    private readonly context: INestApplicationContext,
  ) {}

  /** Starts the module of a plugin. Resolves with undefined if the plugin has no module. */
  static async start(
    { type, module }: AnyDestinationDefinition,
    ports: Pick<HostPorts, 'logger' | 'clock'>,
    limitMs = START_LIMIT_MS,
  ): Promise<PluginServices | undefined> {
    if (module === undefined || !isNestModule(module)) return undefined;
    // Few plugins have a module, and the command line checks plugins without starting them.
    const { NestFactory } = await import('@nestjs/core');
    @Module({})
    class PluginRoot {}
    Object.defineProperty(PluginRoot, 'name', { value: `PluginRoot(${type})` });
    const root: DynamicModule = { module: PluginRoot, imports: [sdkModule(type, ports), module] };
    // Without `logger`, because Nest would use the logger of this context for the whole process.
    const options: Pick<NestApplicationOptions, 'abortOnError'> = { abortOnError: false };
    const started = NestFactory.createApplicationContext(root, options);
    return new PluginServices(type, await within(limitMs, started));
  }

  /** Returns a provider of the plugin's module. Throws if the module does not provide the token. */
  get<T>(token: ServiceToken<T>): T {
    try {
      return this.context.get<T>(token, { strict: false });
    } catch (error) {
      const name = typeof token === 'function' ? token.name : String(token);
      throw new Error(
        `The module of the plugin ${this.type} does not provide ${name}. Add it to the providers of the module.`,
        { cause: error },
      );
    }
  }

  /** Runs the shutdown hooks of the module. */
  close(): Promise<void> {
    return this.context.close();
  }
}

/**
 * Starts the modules of plugins, by destination type. If a module does not start, closes the others and throws a {@link
 * PluginBootError} that lists each such module.
 */
export async function startServices(
  plugins: readonly DiscoveredPlugin[],
  ports: Pick<HostPorts, 'logger' | 'clock'>,
): Promise<ReadonlyMap<string, PluginServices>> {
  const services = new Map<string, PluginServices>();
  const problems: PluginProblem[] = [];
  for (const { name, definition } of plugins) {
    try {
      const started = await PluginServices.start(definition, ports);
      if (started !== undefined) services.set(definition.type, started);
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, 500) : typeof error;
      problems.push({ plugin: name, message: `its module does not start: ${reason}; correct its providers` });
    }
  }
  if (problems.length === 0) return services;
  await Promise.all([...services.values()].map((one) => one.close()));
  throw new PluginBootError(problems);
}

/** Creates the global module with the tokens of the SDK. */
function sdkModule(type: string, ports: Pick<HostPorts, 'logger' | 'clock'>): DynamicModule {
  @Module({})
  class PatchbaySdk {}
  const clock: PluginClock = { now: () => ports.clock.now() };
  return {
    module: PatchbaySdk,
    global: true,
    providers: [
      { provide: PLUGIN_LOGGER, useValue: loggerOf(type, ports) },
      { provide: PLUGIN_CLOCK, useValue: clock },
    ],
    exports: [PLUGIN_LOGGER, PLUGIN_CLOCK],
  };
}

/** Returns the logger of a plugin without a destination, which writes no e-mail addresses and phone numbers. */
function loggerOf(type: string, { logger }: Pick<HostPorts, 'logger'>): PluginLogger {
  const write =
    (level: 'info' | 'warn'): PluginLogger['info'] =>
    (message, fields = {}) => {
      logger[level]({ type, details: withoutContacts(JSON.stringify(fields)) }, withoutContacts(message));
    };
  return { info: write('info'), warn: write('warn') };
}

/** Returns true, because the discovery of plugins refuses modules that are not classes. */
function isNestModule(module: PluginModule): module is PluginModule & Type<object> {
  return typeof module === 'function';
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it takes longer than ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
