import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { VaultError } from '@patchbay/core';
import { environmentMasterKeys } from './environment-master-keys.js';
import { fileMasterKeys } from './file-master-keys.js';
import { parseMasterKey } from './master-key.js';

const bytes = Uint8Array.from({ length: 32 }, (_, index) => 255 - index);

describe('reading a master key', () => {
  it.each(['base64', 'base64url'] as const)('accepts 32 bytes in %s', (encoding) => {
    expect(parseMasterKey(` ${Buffer.from(bytes).toString(encoding)}\n`)).toEqual(bytes);
  });

  it.each([
    ['empty', ''],
    ['not base64', 'not base64 at all!'],
    ['too short', Buffer.from(bytes.subarray(1)).toString('base64')],
    ['too long', Buffer.alloc(33).toString('base64')],
    ['hexadecimal', Buffer.from(bytes).toString('hex')],
  ])('refuses a value that is %s, and says how to create one', (_name, text) => {
    expect(() => parseMasterKey(text)).toThrow(VaultError);
    expect(() => parseMasterKey(text)).toThrow(/PATCHBAY_MASTER_KEY.*openssl rand -base64 32/);
  });

  it('does not contain the value in the error', () => {
    const told = (): unknown => parseMasterKey('aW52ZW50ZWQtc2VjcmV0');
    expect(told).toThrow(/PATCHBAY_MASTER_KEY/);
    expect(told).not.toThrow(/aW52|invented/);
  });
});

describe('master keys of the environment', () => {
  const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64');

  it('include the previous key if it is set', async () => {
    expect(await environmentMasterKeys(key(1)).load()).toEqual([new Uint8Array(32).fill(1)]);
    const both = environmentMasterKeys(key(2), key(1));
    expect(await both.load()).toEqual([new Uint8Array(32).fill(2), new Uint8Array(32).fill(1)]);
    expect(await both.beginRotation()).toEqual(await both.load());
  });

  it('refuse a rotation without a new key, and say how to prepare one', async () => {
    await expect(environmentMasterKeys(key(1)).beginRotation()).rejects.toThrow(
      /openssl rand.*PATCHBAY_MASTER_KEY_PREVIOUS/,
    );
  });

  it('name the invalid variable', async () => {
    await expect(environmentMasterKeys(key(1), 'x').load()).rejects.toThrow(/^PATCHBAY_MASTER_KEY_PREVIOUS/);
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

  it('is created once, readable by its owner only, without leaving a draft', async () => {
    const home = join(directory, 'new');
    const first = await fileMasterKeys(home).load();
    expect(await fileMasterKeys(home).load()).toEqual(first);
    expect(first.map(({ length }) => length)).toEqual([32]);
    expect(await readdir(home)).toEqual(['master.key']);
    expect((await stat(join(home, 'master.key'))).mode & 0o777).toBe(0o600);
  });

  it('is the same for all simultaneous requests', async () => {
    const keys = await Promise.all(Array.from({ length: 20 }, () => fileMasterKeys(directory).load()));
    expect(new Set(keys.flat().map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
    expect(await readdir(directory)).toEqual(['master.key']);
  });

  it('is made private again if its file mode was opened', async () => {
    await fileMasterKeys(directory).load();
    await chmod(join(directory, 'master.key'), 0o644);
    await fileMasterKeys(directory).load();
    expect((await stat(join(directory, 'master.key'))).mode & 0o777).toBe(0o600);
  });

  it('is never overwritten if the file holds something else', async () => {
    const path = join(directory, 'master.key');
    await writeFile(path, 'torn');
    await expect(fileMasterKeys(directory).load()).rejects.toThrow(VaultError);
    await expect(fileMasterKeys(directory).load()).rejects.toThrow(/master\.key/);
    expect(await readFile(path, 'utf8')).toBe('torn');
  });

  it('is replaced in two steps: both keys are known until the new one wraps everything', async () => {
    const keys = fileMasterKeys(directory);
    const [old] = await keys.load();
    const [fresh, kept] = await keys.beginRotation();
    expect(kept).toEqual(old);
    expect(fresh).not.toEqual(old);
    // A process that stops before `completeRotation` finds both keys at its next start and continues with the same new
    // key.
    expect(await fileMasterKeys(directory).load()).toEqual([fresh, old]);
    expect(await keys.beginRotation()).toEqual([fresh, old]);
    await keys.completeRotation(fresh ?? new Uint8Array());
    expect(await keys.load()).toEqual([fresh]);
    expect(await readdir(directory)).toEqual(['master.key']);
    expect((await stat(join(directory, 'master.key'))).mode & 0o777).toBe(0o600);
    await keys.completeRotation(fresh ?? new Uint8Array());
    expect(await keys.load()).toEqual([fresh]);
  });

  it('is only replaced by the key that wraps everything', async () => {
    const keys = fileMasterKeys(directory);
    await keys.load();
    const [wrapping = new Uint8Array()] = await keys.beginRotation();
    await keys.completeRotation(wrapping);
    // A second rotation has created its key. Then the first rotation completes a second time.
    const [later] = await keys.beginRotation();
    await keys.completeRotation(wrapping);
    expect(await keys.load()).toEqual([later, wrapping]);
  });

  it('recovers from a stop before the last step', async () => {
    const keys = fileMasterKeys(directory);
    await keys.load();
    const [wrapping = new Uint8Array()] = await keys.beginRotation();
    const next = await readFile(join(directory, 'master.key.next'));
    await keys.completeRotation(wrapping);
    await writeFile(join(directory, 'master.key.next'), next);
    expect(await keys.load()).toEqual([wrapping]);
    const [fresh, kept] = await keys.beginRotation();
    expect(kept).toEqual(wrapping);
    expect(fresh).not.toEqual(wrapping);
  });
});
