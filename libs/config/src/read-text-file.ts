import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Maximum size of a configuration file. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a configuration file (UTF-8, at most 1 MiB). Returns its text, or its problem, or undefined if the file does
 * not exist.
 */
export function readTextFile(path: string): { readonly text: string } | { readonly problem: string } | undefined {
  let descriptor: number | undefined;
  try {
    // Opens the file in non-blocking mode, so that a pipe cannot hang the hub.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(descriptor).isFile()) return { problem: 'is not a regular file: correct the path' };
    const bytes = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
    }
    if (length > MAX_BYTES) return { problem: 'the file is larger than 1 MiB: split it' };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length)) };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (hasCode(error, 'ERR_ENCODING_INVALID_ENCODED_DATA'))
      return { problem: 'the file is not UTF-8 text: save it as UTF-8' };
    return { problem: 'the file cannot be read by this process: fix its permissions' };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
