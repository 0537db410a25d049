import type { ResolvedSecret } from './resolved-secret.js';

const HUB_VARIABLES: ReadonlySet<string> = new Set([
  'DATABASE_URL',
  'DATABASE_DIRECT_URL',
  'DATABASE_REPLICA_URL',
  'DATABASE_REPLICA_MAX_LAG',
  'REDIS_URL',
  'PORT',
  'HOST',
  'LOG_LEVEL',
]);
/** Beginnings of the names of further variables of the hub. Headers for a collector of traces may contain a secret. */
const HUB_PREFIXES = ['PATCHBAY_', 'OTEL_'];

/** Reads an environment variable for a brand file. */
export function readEnvironmentVariable(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): ResolvedSecret {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) {
    return { problem: '${env:…} needs the name of an environment variable: use only letters, digits and _' };
  }
  // On Windows, names of variables are case-insensitive.
  const upper = name.toUpperCase();
  const isOfHub = HUB_VARIABLES.has(upper) || HUB_PREFIXES.some((prefix) => upper.startsWith(prefix));
  if (isOfHub || isLentVariable(env, upper)) {
    return {
      problem: `\${env:${name}} is the hub's own variable, which brand files cannot read: use another variable`,
    };
  }
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) {
    const problem = `the environment variable ${name} is not set: set it where this file is read`;
    return { problem, unsetVariable: name };
  }
  if (value === '') return { problem: `the environment variable ${name} is empty: give it a value` };
  return { value };
}

/**
 * Returns true for a variable of the AWS credentials that the hub shares with some brands. Without this rule, the file of
 * any brand could read the credentials.
 */
function isLentVariable(env: Readonly<Record<string, string | undefined>>, upper: string): boolean {
  return upper.startsWith('AWS_') && (env.PATCHBAY_AWS_BRANDS ?? '').trim() !== '';
}
