/** Nest module of a plugin: a class with `@Module` of `@nestjs/common`. */
export type PluginModule = new (...args: never[]) => object;

/** Token of a provider: its class, or the token under which a module provides it. */
export type ServiceToken<T> = (abstract new (...args: never[]) => T) | string | symbol;

/** Token of a {@link PluginLogger} in the providers of a plugin's module. Its lines name no destination. */
export const PLUGIN_LOGGER: unique symbol = Symbol.for('patchbay.plugin-logger');

/** Clock that all processes of the hub share. */
export interface PluginClock {
  /** Returns milliseconds since the epoch. */
  readonly now: () => number;
}

/** Token of a {@link PluginClock} in the providers of a plugin's module. */
export const PLUGIN_CLOCK: unique symbol = Symbol.for('patchbay.plugin-clock');
