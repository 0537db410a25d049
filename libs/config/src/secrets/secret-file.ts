import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { ResolvedSecret } from './resolved-secret.js';

const MAX_BYTES = 64 * 1024;

/**
 * Reads a file below the secrets directory, without its trailing newline. Follows links inside the directory, because
 * mounted secrets are links.
 */
export function readSecretFile(secretsDirectory: string | undefined, path: string): ResolvedSecret {
  if (secretsDirectory === undefined) {
    return { problem: '${file:…} needs PATCHBAY_SECRETS_DIR: set it to the directory that contains the secrets' };
  }
  if (path === '' || path.includes('\u0000')) return { problem: '${file:…} needs the path of a file: add it' };
  let inside: string;
  try {
    const root = realpathSync(secretsDirectory);
    inside = realpathSync(resolve(root, path));
    if (!isBelow(root, inside)) {
      return { problem: `the file ${path} is not below PATCHBAY_SECRETS_DIR: move it there` };
    }
  } catch {
    return {
      problem: `the file ${path} does not exist below PATCHBAY_SECRETS_DIR, or is not accessible: create it, or correct its permissions`,
    };
  }
  return readText(inside, path);
}

function readText(inside: string, path: string): ResolvedSecret {
  let descriptor: number | undefined;
  try {
    // Opens the file in non-blocking mode, so that a pipe cannot hang the hub. The checked path contains no links. If
    // the path now is a link, the link was created after the check, so the file is rejected.
    descriptor = openSync(inside, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    if (!fstatSync(descriptor).isFile()) return { problem: `${path} is not a regular file: correct the path` };
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    if (length > MAX_BYTES) return { problem: `the file ${path} is larger than 64 KiB: use a smaller file` };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length)).replace(/\r?\n$/, '');
    return text === '' ? { problem: `the file ${path} is empty: write the secret into it` } : { value: text };
  } catch {
    return { problem: `the file ${path} cannot be read as UTF-8 text: correct its encoding or its permissions` };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Returns true if a path is below the root. A file name may start with two dots (`..data`); only the segment `..` leads
 * to the parent.
 */
function isBelow(root: string, path: string): boolean {
  const below = relative(root, path);
  return below !== '' && below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}
