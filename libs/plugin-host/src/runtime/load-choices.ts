import type { OpenDestination } from '@patchbay/core';
import type { Choice } from '@patchbay/plugin-sdk';
import type { HostLogger } from './host-ports.js';
import { PluginCall } from './plugin-call.js';
import { toDeliveryError, type FailedCall } from './plugin-failure.js';
import type { PluginRuntime } from './plugin-runtime.js';

const MAX_CHOICES = 1_000;
const TEXT_LIMIT = 500;
const MESSAGE_LIMIT = 1_000;

/** Values that a vendor offers for a setting, or the failure of the call. */
export type LoadedChoices =
  | { readonly ok: true; readonly choices: readonly Choice[] }
  /** `message`: cause of the failure and its fix, redacted. */
  | { readonly ok: false; readonly message: string };

/**
 * Loads the values that the vendor offers for a setting: at most 1,000 values of at most 500 characters. Drops invalid
 * values, because a plugin may be written in plain JavaScript. Never throws.
 */
export async function loadChoices(
  runtime: PluginRuntime,
  destination: OpenDestination,
  field: string,
  signal: AbortSignal,
  logger: HostLogger,
): Promise<LoadedChoices> {
  const { definition } = runtime.plugin;
  const prepared = runtime.prepared.get(destination) ?? runtime.prepare(destination);
  const call = new PluginCall(prepared.timeLimitMs, signal, undefined, () => prepared.secrets);
  try {
    if (definition.choices === undefined) throw new TypeError('the plugin has no choices');
    const context = runtime.contextFor(destination, prepared, call);
    const loaded: unknown = await Promise.race([definition.choices(context, field), call.abandoned]);
    const offered: readonly unknown[] = Array.isArray(loaded) ? loaded : [];
    return { ok: true, choices: offered.slice(0, MAX_CHOICES).flatMap((one) => usable(one)) };
  } catch (error) {
    const failed: FailedCall = { call, definition, destination, deliveryId: null };
    return { ok: false, message: call.redact(toDeliveryError(error, failed, logger).message, MESSAGE_LIMIT) };
  } finally {
    call.done();
  }
}

function usable(choice: unknown): readonly Choice[] {
  if (typeof choice !== 'object' || choice === null || !('value' in choice)) return [];
  const { value, label }: { readonly value: unknown; readonly label?: unknown } = choice;
  if (typeof value !== 'string' || value === '' || value.length > TEXT_LIMIT) return [];
  return [{ value, ...(typeof label === 'string' && label !== '' ? { label: label.slice(0, TEXT_LIMIT) } : {}) }];
}
