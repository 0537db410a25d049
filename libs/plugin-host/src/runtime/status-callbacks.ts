import { createHttpClient } from '@patchbay/http';
import {
  ADDRESS_KINDS,
  VENDOR_STATUSES,
  VENDOR_SUPPRESSION_REASONS,
  toInstance,
  type CallbackRequest,
  type JsonObject,
  type RecipientUpdate,
  type StatusUpdate,
} from '@patchbay/plugin-sdk';
import type { DiscoveredPlugin } from '../discovery/discovered-plugin.js';
import type { HostLogger, HostPorts } from './host-ports.js';

const MAX_UPDATES = 5_000;
const ID_LIMIT = 500;
const DETAIL_LIMIT = 500;
const ADDRESS_LIMIT = 4_096;
const HANDSHAKE_LIMIT = 1_024;
const AUTHENTICATE_LIMIT_MS = 5_000;

/** Decrypted credentials and settings of a destination. */
interface StoredValues {
  readonly credentials: JsonObject;
  readonly settings: JsonObject;
}

/**
 * Checks that the vendor sent a status callback. Returns false if the plugin has no callbacks, refuses the call or
 * fails.
 */
export async function authenticateCallback(
  plugin: DiscoveredPlugin,
  request: CallbackRequest,
  own: StoredValues,
  { egress, userAgent, clock }: Pick<HostPorts, 'egress' | 'userAgent' | 'clock'>,
): Promise<boolean> {
  const { statusCallback } = plugin.definition;
  if (statusCallback === undefined) return false;
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), AUTHENTICATE_LIMIT_MS);
  });
  const http = createHttpClient({
    egress,
    signal: end.signal,
    timeoutMs: AUTHENTICATE_LIMIT_MS,
    ...(userAgent === undefined ? {} : { userAgent }),
  });
  const context = { ...instancesOf(plugin, own), http, now: () => clock.now() };
  const authenticated = (async () => {
    await statusCallback.authenticate(request, context);
    return true;
  })().catch(() => false);
  return await Promise.race([authenticated, late]).finally(() => {
    clearTimeout(timer);
    end.abort();
  });
}

/**
 * Returns the plugin's answer to a vendor's check of the callback URL. Undefined if the plugin refuses the check or
 * fails.
 */
export function answerHandshake(
  plugin: DiscoveredPlugin,
  request: CallbackRequest,
  own: StoredValues,
  logger: HostLogger,
): string | undefined {
  const { statusCallback, type } = plugin.definition;
  try {
    const answer: unknown = statusCallback?.handshake?.(request, instancesOf(plugin, own));
    return typeof answer === 'string' && answer !== '' && answer.length <= HANDSHAKE_LIMIT ? answer : undefined;
  } catch (error) {
    logger.error({ type, error: error instanceof Error ? error.name : typeof error }, 'handshake of a vendor failed');
    return undefined;
  }
}

/** Updates of one callback: about messages, and about addresses. */
export interface CallbackUpdates {
  readonly statuses: readonly StatusUpdate[];
  readonly recipients: readonly RecipientUpdate[];
}

/**
 * Parses the updates of an authenticated callback and shortens their texts. Drops invalid updates. If the plugin fails,
 * drops all updates and logs the failure.
 */
export function parseCallback(
  plugin: DiscoveredPlugin,
  request: CallbackRequest,
  own: StoredValues,
  logger: HostLogger,
): CallbackUpdates {
  const { statusCallback, type } = plugin.definition;
  if (statusCallback === undefined) return { statuses: [], recipients: [] };
  try {
    const updates = statusCallback.parse(request, instancesOf(plugin, own));
    const [statuses, recipients] = [updates.filter(isStatusUpdate), updates.filter(isRecipientUpdate)];
    return {
      statuses: statuses.slice(0, MAX_UPDATES).filter(isUsable).map(bounded),
      recipients: recipients.slice(0, MAX_UPDATES).filter(isUsableRecipient).map(boundedRecipient),
    };
  } catch (error) {
    logger.error(
      { type, error: error instanceof Error ? error.name : typeof error },
      'parsing of a status callback failed',
    );
    return { statuses: [], recipients: [] };
  }
}

function isRecipientUpdate(update: StatusUpdate | RecipientUpdate): update is RecipientUpdate {
  return 'address' in update;
}

function isStatusUpdate(update: StatusUpdate | RecipientUpdate): update is StatusUpdate {
  return !isRecipientUpdate(update);
}

/** A plugin is untyped at run time, so that each field may be missing or null. */
function isUsableRecipient(update: { [K in keyof RecipientUpdate]?: RecipientUpdate[K] | null }): boolean {
  const { address, change } = update;
  return (
    typeof address === 'object' &&
    address !== null &&
    typeof change === 'string' &&
    ADDRESS_KINDS.includes(address.kind) &&
    typeof address.value === 'string' &&
    address.value.trim() !== '' &&
    address.value.length <= ADDRESS_LIMIT &&
    (change === 'opt_in' || VENDOR_SUPPRESSION_REASONS.includes(change))
  );
}

function boundedRecipient({ address, change, at, detail }: RecipientUpdate): RecipientUpdate {
  const { kind, value } = address;
  return {
    address: { kind, value },
    change,
    ...timeOf(at),
    ...(typeof detail === 'string' ? { detail: detail.slice(0, DETAIL_LIMIT) } : {}),
  };
}

function instancesOf({ definition }: DiscoveredPlugin, { credentials, settings }: StoredValues) {
  return {
    credentials: toInstance(definition.credentials, credentials),
    settings: toInstance(definition.settings, settings),
  };
}

function isUsable(update: StatusUpdate): boolean {
  const names = [update.deliveryId, update.externalId].filter((id) => id !== undefined);
  return (
    names.length > 0 &&
    names.every((id) => typeof id === 'string' && id.length > 0 && id.length <= ID_LIMIT) &&
    VENDOR_STATUSES.includes(update.status)
  );
}

function bounded(update: StatusUpdate): StatusUpdate {
  const { deliveryId, externalId, status, at, detail, suppress } = update;
  return {
    status,
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(externalId === undefined ? {} : { externalId }),
    ...timeOf(at),
    ...(typeof detail === 'string' ? { detail: detail.slice(0, DETAIL_LIMIT) } : {}),
    ...(suppress !== undefined && VENDOR_SUPPRESSION_REASONS.includes(suppress) ? { suppress } : {}),
  };
}

/** Returns a valid time as the property `at`. A plugin is untyped at run time. */
function timeOf(at: unknown): { readonly at?: string } {
  return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? { at: new Date(at).toISOString() } : {};
}
