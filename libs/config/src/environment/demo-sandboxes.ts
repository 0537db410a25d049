import { isJson, isJsonObject, type Json, type JsonObject } from '@patchbay/core';
import type { Checked } from './variable-checks.js';

/** Account at the sandbox of a vendor. All values are invented. */
interface SandboxAccount {
  readonly credentials: JsonObject;
  /** Settings with the address of the sandbox. */
  readonly settings: JsonObject;
}

/** Accounts at the sandboxes of the demo, by destination type. */
export type SandboxAccounts = Readonly<Record<string, SandboxAccount>>;

/**
 * Checks the accounts at the sandboxes of the demo, as JSON. Every address in the settings must be on this machine, so
 * that the variable cannot send the credentials of a real vendor anywhere else.
 */
export function checkDemoSandboxes(text: string): Checked<SandboxAccounts> {
  const accounts = Object.entries(jsonObject(text) ?? {}).map(([type, value]) => [type, account(value)] as const);
  const known = accounts.flatMap(([type, found]) => (found === undefined ? [] : [[type, found] as const]));
  if (accounts.length > 0 && known.length === accounts.length) return { value: Object.fromEntries(known) };
  return {
    problem:
      'has to be JSON that the demo writes: {"<destination type>": {"credentials": {}, "settings": {}}}, with addresses on 127.0.0.1 only',
  };
}

function account(value: Json): SandboxAccount | undefined {
  if (!isJsonObject(value)) return undefined;
  const { credentials, settings } = value;
  if (!isJsonObject(credentials) || !isJsonObject(settings)) return undefined;
  return isOnThisMachine(settings) ? { credentials, settings } : undefined;
}

function isOnThisMachine(value: Json): boolean {
  if (typeof value === 'string') return !/^[a-z]+:\/\//i.test(value) || hostOf(value) === '127.0.0.1';
  return typeof value !== 'object' || value === null || Object.values(value).every(isOnThisMachine);
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

function jsonObject(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJson(parsed) && isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
