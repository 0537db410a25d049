import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSecretResolver, type SecretResolver } from './secret-resolver.js';

describe('secret files', () => {
  let directory: string;
  let secrets: string;
  let resolve: SecretResolver;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'patchbay-secrets-'));
    secrets = join(directory, 'secrets');
    mkdirSync(join(secrets, 'acme'), { recursive: true });
    writeFileSync(join(secrets, 'token'), 'invented-token\n');
    writeFileSync(join(directory, 'outside'), 'invented-outside');
    resolve = createSecretResolver({}, secrets);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('are read without their trailing newline', () => {
    writeFileSync(join(secrets, 'acme/two'), 'a\nb\r\n');
    expect(resolve('file', 'token')).toEqual({ value: 'invented-token' });
    expect(resolve('file', 'acme/two')).toEqual({ value: 'a\nb' });
    expect(resolve('file', join(secrets, 'token'))).toEqual({ value: 'invented-token' });
  });

  it('may be links inside the directory, as mounted secrets are', () => {
    mkdirSync(join(secrets, '..2026_01_01'));
    renameSync(join(secrets, 'token'), join(secrets, '..2026_01_01/token'));
    symlinkSync('..2026_01_01', join(secrets, '..data'));
    symlinkSync('..data/token', join(secrets, 'token'));
    expect(resolve('file', 'token')).toEqual({ value: 'invented-token' });
  });

  it.each([
    ['a path out of the directory', '../outside'],
    ['a path out of the directory and back', '../secrets/../outside'],
    ['the directory itself', '.'],
    ['a link that leads out', 'link'],
    ['a directory link that leads out', 'up/outside'],
  ])('are not read by %s', (_name, path) => {
    symlinkSync(join(directory, 'outside'), join(secrets, 'link'));
    symlinkSync(directory, join(secrets, 'up'));
    expect(resolve('file', path)).toEqual({ problem: expect.stringContaining('not below PATCHBAY_SECRETS_DIR') });
  });

  it('are not read by an absolute path outside', () => {
    expect(resolve('file', join(directory, 'outside'))).toEqual({ problem: expect.stringContaining('not below') });
  });

  it.each([
    ['missing', 'none', () => undefined, /does not exist/],
    ['a directory', 'acme', () => undefined, /is not a regular file/],
    ['empty', 'empty', (path: string) => writeFileSync(path, '\n'), /is empty/],
    ['too large', 'large', (path: string) => writeFileSync(path, Buffer.alloc(65_537, 97)), /larger than 64 KiB/],
    ['not text', 'binary', (path: string) => writeFileSync(path, Buffer.of(0xff, 0xfe)), /UTF-8/],
    [
      'a pipe',
      'pipe',
      (path: string) => execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', path]),
      /is not a regular file/,
    ],
  ])('are rejected if the file is %s', (_name, path, make, problem) => {
    make(join(secrets, path));
    expect(resolve('file', path)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it('require a secrets directory', () => {
    expect(createSecretResolver({})('file', 'token')).toEqual({
      problem: expect.stringContaining('PATCHBAY_SECRETS_DIR'),
    });
  });
});

describe('environment variables', () => {
  const hub = [
    ...[
      'PATCHBAY_MASTER_KEY',
      'PATCHBAY_ANYTHING',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'DATABASE_URL',
      'DATABASE_DIRECT_URL',
    ],
    ...['DATABASE_REPLICA_URL', 'DATABASE_REPLICA_MAX_LAG', 'REDIS_URL', 'PORT', 'HOST', 'LOG_LEVEL'],
  ];
  const resolve = createSecretResolver({
    TOKEN: 'invented',
    ...Object.fromEntries(hub.map((name) => [name, 'invented'])),
  });

  it('are read by name', () => {
    expect(resolve('env', 'TOKEN')).toEqual({ value: 'invented' });
  });

  it.each(hub.flatMap((name) => [name, name.toLowerCase()]))('of the hub are rejected: %s', (name) => {
    expect(resolve('env', name)).toEqual({ problem: expect.stringContaining("the hub's own variable") });
  });

  it.each(['AWS_SECRET_ACCESS_KEY', 'aws_session_token'])(
    'of the AWS credentials of the hub are rejected only if the operator shares the credentials with brands: %s',
    (name) => {
      const own = createSecretResolver({ [name]: 'invented', PATCHBAY_AWS_BRANDS: '' });
      expect(own('env', name)).toEqual({ value: 'invented' });
      const shared = createSecretResolver({ [name]: 'invented', PATCHBAY_AWS_BRANDS: 'acme' });
      expect(shared('env', name)).toEqual({ problem: expect.stringContaining("the hub's own variable") });
    },
  );

  it.each(['', ' TOKEN', 'A-B', '1A', 'A:B'])('with the invalid name "%s" are rejected', (name) => {
    expect(resolve('env', name)).toEqual({ problem: expect.stringContaining('the name of an environment variable') });
  });
});
