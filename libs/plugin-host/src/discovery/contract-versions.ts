import { MESSAGING_CHANNELS } from '@patchbay/plugin-sdk';

/** Exports of the SDK that ended with contract 2, and the edit that replaces each import. */
const ENDED_EXPORTS: Readonly<Record<string, string>> = {
  DOWNSTREAM_STATUSES: 'import VENDOR_STATUSES instead',
  DESTINATION_CATEGORIES: 'remove the import, because a category is any word',
};

/**
 * Converts a definition of contract 1 to contract 2, so that the rest of the host handles only contract 2. Returns any
 * other value unchanged.
 *
 * Contract 1 derived the messaging rules from the category, and a late survey was not worth sending.
 */
export function inContract2(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('contract' in value) || value.contract !== 1) return value;
  const { dedupes, ...own }: Partial<Record<string, unknown>> = { ...value };
  return {
    messaging: MESSAGING_CHANNELS.find((channel) => channel === own['category']) ?? null,
    ...(own['category'] === 'survey' ? { quotaExcess: 'suppress' } : {}),
    ...(dedupes === undefined ? {} : { idempotent: dedupes }),
    ...own,
    contract: 2,
  };
}

/** Returns the edit for a plugin that imports an export that ended. Undefined for any other error. */
export function editForImport(message: string): string | undefined {
  const name = Object.keys(ENDED_EXPORTS).find((one) => message.includes(one));
  return name === undefined ? undefined : ENDED_EXPORTS[name];
}
