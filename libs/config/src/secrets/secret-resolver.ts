import type { ResolvedSecret } from './resolved-secret.js';
import { readEnvironmentVariable } from './environment-variable.js';
import { readSecretFile } from './secret-file.js';

/** Resolves `${env:NAME}` and `${file:PATH}`. */
export type SecretResolver = (kind: 'env' | 'file', name: string) => ResolvedSecret;

/**
 * Resolves references where this process runs. The hub's own variables are never given out, and files only from below
 * the secrets directory.
 * @param secretsDirectory PATCHBAY_SECRETS_DIR; without it `${file:…}` is refused
 */
export function createSecretResolver(
  env: Readonly<Record<string, string | undefined>>,
  secretsDirectory?: string,
): SecretResolver {
  return (kind, name) => (kind === 'env' ? readEnvironmentVariable(env, name) : readSecretFile(secretsDirectory, name));
}
