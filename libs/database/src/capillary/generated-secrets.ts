import type { BrandVault } from '@patchbay/core';
import { openJson, sealJson } from '../configuration/sealed-json.js';

/** Secrets of a source that the hub generated: the current one, and the previous one while both are accepted. */
export type GeneratedSecrets = readonly [current: string] | readonly [current: string, previous: string];

/** Seals the generated secrets of a source. */
export function sealSecrets(vault: BrandVault, sourceId: string, secrets: GeneratedSecrets): Buffer {
  return sealJson(vault, context(sourceId), secrets);
}

/** Opens the generated secrets of a source. Throws a VaultError if they cannot be opened. */
export function openSecrets(vault: BrandVault, sourceId: string, sealed: Uint8Array): GeneratedSecrets {
  return openJson(vault, context(sourceId), sealed, isSecrets);
}

function context(sourceId: string): string {
  return `source/${sourceId}/generated`;
}

function isSecrets(value: unknown): value is GeneratedSecrets {
  return Array.isArray(value) && value.length >= 1 && value.every((one) => typeof one === 'string');
}
