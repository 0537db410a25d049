import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VaultError } from '@patchbay/core';
import { loadOrCreateMasterKey } from './master-key-file.js';
import { parseMasterKey } from './master-key.js';

const bytes = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);

describe('reading a master key', () => {
  it.each(['base64', 'base64url'] as const)('takes 32 bytes in %s', (encoding) => {
    expect(parseMasterKey(` ${Buffer.from(bytes).toString(encoding)}\n`)).toEqual(bytes);
  });

  it.each([
    ['empty', ''],
    ['not base64', 'not base64 at all!'],
    ['too short', Buffer.from(bytes.subarray(1)).toString('base64')],
    ['too long', Buffer.alloc(33).toString('base64')],
    ['hexadecimal', Buffer.from(bytes).toString('hex')],
  ])('refuses what is %s with a line that tells how to make one', (_name, text) => {
    expect(() => parseMasterKey(text)).toThrow(VaultError);
    expect(() => parseMasterKey(text)).toThrow(/PATCHBAY_MASTER_KEY.*openssl rand -base64 32/);
  });

  it('does not tell the value in the error', () => {
    const told = (): unknown => parseMasterKey('aW52ZW50ZWQtc2VjcmV0');
    expect(told).toThrow(/PATCHBAY_MASTER_KEY/);
    expect(told).not.toThrow(/aW52|invented/);
  });
});

describe('the master key of embedded mode', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'patchbay-master-key-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it('is made once, for its owner only, and leaves no draft behind', async () => {
    const home = join(directory, 'new');
    const first = await loadOrCreateMasterKey(home);
    expect(await loadOrCreateMasterKey(home)).toEqual(first);
    expect(first).toHaveLength(32);
    expect(await readdir(home)).toEqual(['master.key']);
    expect((await stat(join(home, 'master.key'))).mode & 0o777).toBe(0o600);
  });

  it('is the same for all who ask at once', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => loadOrCreateMasterKey(directory)));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    expect(await readdir(directory)).toEqual(['master.key']);
  });

  it('is closed to others again where it was left open', async () => {
    await loadOrCreateMasterKey(directory);
    await chmod(join(directory, 'master.key'), 0o644);
    await loadOrCreateMasterKey(directory);
    expect((await stat(join(directory, 'master.key'))).mode & 0o777).toBe(0o600);
  });

  it('is never overwritten where the file holds something else', async () => {
    const path = join(directory, 'master.key');
    await writeFile(path, 'torn');
    await expect(loadOrCreateMasterKey(directory)).rejects.toThrow(VaultError);
    await expect(loadOrCreateMasterKey(directory)).rejects.toThrow(/master\.key/);
    expect(await readFile(path, 'utf8')).toBe('torn');
  });
});
