import type { ResolvedSecret } from './resolved-secret.js';
import { readEnvironmentVariable } from './environment-variable.js';
import { readSecretFile } from './secret-file.js';

/** Function that resolves `${env:NAME}` and `${file:PATH}`. */
export type SecretResolver = (kind: 'env' | 'file', name: string) => ResolvedSecret;

/**
 * Creates a resolver for this process. It never returns variables of the hub, and reads files only below the secrets
 * directory.
 * @param secretsDirectory PATCHBAY_SECRETS_DIR; without it, `${file:…}` is rejected
 */
export function createSecretResolver(
  env: Readonly<Record<string, string | undefined>>,
  secretsDirectory?: string,
): SecretResolver {
  return (kind, name) => (kind === 'env' ? readEnvironmentVariable(env, name) : readSecretFile(secretsDirectory, name));
}
