import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { ResolvedSecret } from './resolved-secret.js';

const MAX_BYTES = 64 * 1024;

/**
 * The text of a file below the secrets directory, without the newline at its end. Links are followed as long as they
 * stay inside, as mounted secrets need it.
 */
export function readSecretFile(secretsDirectory: string | undefined, path: string): ResolvedSecret {
  if (secretsDirectory === undefined) {
    return { problem: '${file:…} needs PATCHBAY_SECRETS_DIR: set it to the directory that holds the secrets' };
  }
  if (path === '' || path.includes('\u0000')) return { problem: 'after ${file: comes the path of a file' };
  let inside: string;
  try {
    const root = realpathSync(secretsDirectory);
    inside = realpathSync(resolve(root, path));
    if (!isBelow(root, inside)) {
      return { problem: `the file ${path} is not below PATCHBAY_SECRETS_DIR: move it there` };
    }
  } catch {
    return { problem: `the file ${path} is not there, or cannot be reached, below PATCHBAY_SECRETS_DIR` };
  }
  return readText(inside, path);
}

function readText(inside: string, path: string): ResolvedSecret {
  let descriptor: number | undefined;
  try {
    // Not blocking, so that a pipe cannot hang the hub; no link, because the real path was checked.
    descriptor = openSync(inside, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if (!fstatSync(descriptor).isFile()) return { problem: `${path} is no file` };
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    if (length > MAX_BYTES) return { problem: `the file ${path} is larger than 64 KiB` };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length)).replace(/\r?\n$/, '');
    return text === '' ? { problem: `the file ${path} is empty` } : { value: text };
  } catch {
    return { problem: `the file ${path} cannot be read as UTF-8 text by this process` };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** A name may begin with two dots (`..data`); only `..` itself leads outside. */
function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
