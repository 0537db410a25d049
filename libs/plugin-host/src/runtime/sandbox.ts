import { fieldsOf, type AnyDestinationDefinition, type JsonObject } from '@patchbay/plugin-sdk';
import type { SandboxAccount } from './host-ports.js';

/** Sandbox that replaces the vendor of a plugin. */
export interface Sandbox {
  /** Credentials and settings that a person can give to a destination. */
  readonly account: SandboxAccount;
  /** Settings that only files can set, such as the base URL: defaults of each destination of the type. */
  readonly defaults: JsonObject;
}

/** Splits the account at a sandbox by the fields that only files can set. */
export function sandboxOf(
  { settings }: Pick<AnyDestinationDefinition, 'settings'>,
  account: SandboxAccount | undefined,
): Sandbox | undefined {
  if (account === undefined) return undefined;
  const fileOnly = new Set(
    fieldsOf(settings)
      .filter((field) => field.fileOnly)
      .map(({ name }) => name),
  );
  const part = (isDefault: boolean): JsonObject =>
    Object.fromEntries(Object.entries(account.settings).filter(([name]) => fileOnly.has(name) === isDefault));
  return { account: { credentials: account.credentials, settings: part(false) }, defaults: part(true) };
}
