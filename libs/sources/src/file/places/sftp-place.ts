import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { posix } from 'node:path';
import {
  FileChangedError,
  PlaceError,
  type Clock,
  type FilePlace,
  type ListedFile,
  type SftpPlaceSpec,
} from '@patchbay/core';
import { Client, type FileEntryWithStats, type SFTPWrapper, type Stats } from 'ssh2';
import { isWanted, MAX_FILES } from './file-filter.js';
import { changed } from './folder-place.js';

const READY_TIMEOUT_MS = 30_000;
const KEEPALIVE_MS = 10_000;
/** A file that changed more recently is probably still being written, in milliseconds. */
const SETTLED_AFTER_MS = 10_000;

/** Maximum number of entries of a folder that are read. */
const MAX_ENTRIES = 100_000;
/** Status codes of SFTP. */
const END_OF_FILE = 1;
const NO_SUCH_FILE = 2;

/** Opens a TCP connection that passes the egress guard. */
export type ConnectTcp = (host: string, port: number) => Socket;

/** Folder of an SFTP server. One connection is used for all calls. */
export class SftpPlace implements FilePlace {
  private readonly client = new Client();
  private session: Promise<SFTPWrapper> | undefined;

  constructor(
    private readonly spec: SftpPlaceSpec,
    private readonly connectTcp: ConnectTcp,
    private readonly clock: Clock,
    private readonly match?: string,
  ) {}

  async list(): Promise<readonly ListedFile[]> {
    const sftp = await this.sftp();
    const handle = await call<Buffer>((done) => sftp.opendir(this.spec.folder, done)).catch((error: unknown) => {
      throw hasCode(error, NO_SUCH_FILE)
        ? new PlaceError(`The folder ${this.spec.folder} does not exist on the SFTP server. Correct files.from.`)
        : error;
    });
    try {
      return await this.filesIn(sftp, handle);
    } finally {
      sftp.close(handle, () => undefined);
    }
  }

  open({ name, version }: ListedFile) {
    const path = posix.join(this.spec.folder, name);
    const session = (): Promise<SFTPWrapper> => this.sftp();
    return async function* (offset: number): AsyncGenerator<Uint8Array> {
      const sftp = await session();
      const check = async (): Promise<void> => {
        const attrs = await call<Stats>((done) => sftp.stat(path, done)).catch((error: unknown) => {
          throw hasCode(error, NO_SUCH_FILE) ? new FileChangedError(changed(name)) : error;
        });
        if (versionOf(attrs) !== version) throw new FileChangedError(changed(name));
      };
      await check();
      for await (const bytes of sftp.createReadStream(path, { start: offset }))
        if (bytes instanceof Uint8Array) yield bytes;
      await check();
    };
  }

  close(): Promise<void> {
    // The session may still be opening, and may never open.
    this.client.destroy();
    return Promise.resolve();
  }

  /** Reads an open folder part by part, because `readdir` of a path would keep all entries of the folder in memory. */
  private async filesIn(sftp: SFTPWrapper, folder: Buffer): Promise<readonly ListedFile[]> {
    const files: ListedFile[] = [];
    for (let entries = 0; entries <= MAX_ENTRIES;) {
      const part = await call<FileEntryWithStats[]>((done) => sftp.readdir(folder, done)).catch((error: unknown) => {
        if (hasCode(error, END_OF_FILE)) return null;
        throw error;
      });
      if (part === null) return files;
      for (const { filename, attrs } of part) {
        if (attrs.isFile() && this.isComplete(filename, attrs))
          files.push({ name: filename, sizeBytes: attrs.size, version: versionOf(attrs) });
      }
      if (files.length >= MAX_FILES) return files.slice(0, MAX_FILES);
      // A server may also send empty parts without end.
      entries += Math.max(part.length, 1);
    }
    throw new PlaceError('The folder on the SFTP server has more than 100,000 entries. Move old files out of it.');
  }

  private isComplete(name: string, { mtime }: Stats): boolean {
    return this.clock.now() - mtime * 1_000 >= SETTLED_AFTER_MS && isWanted(name, this.match);
  }

  private sftp(): Promise<SFTPWrapper> {
    this.session ??= this.connect();
    return this.session;
  }

  private connect(): Promise<SFTPWrapper> {
    const { host, port = 22, username, password, privateKey, hostKey } = this.spec;
    const { client } = this;
    return new Promise((resolve, reject) => {
      let isOtherKey = false;
      client.on('error', (error) => {
        const isAuth = Reflect.get(error, 'level') === 'client-authentication';
        if (isOtherKey)
          reject(new PlaceError('The SFTP server has another host key. Check the server, and correct hostKey.'));
        else if (isAuth) reject(new PlaceError('The SFTP server refused the credentials. Correct them in files.from.'));
        else reject(error);
      });
      // A server that closes before the login is complete causes no error event.
      client.on('close', () => {
        reject(new Error('The SFTP server closed the connection.'));
      });
      client.on('ready', () => {
        client.sftp((error, sftp) => {
          if (error === undefined) resolve(sftp);
          else reject(error);
        });
      });
      client.connect({
        sock: this.connectTcp(host, port),
        username,
        ...(password === undefined ? {} : { password }),
        ...(privateKey === undefined ? {} : { privateKey }),
        hostVerifier: (key: Buffer) => {
          isOtherKey = fingerprint(key) !== hostKey;
          return !isOtherKey;
        },
        readyTimeout: READY_TIMEOUT_MS,
        keepaliveInterval: KEEPALIVE_MS,
      });
    });
  }
}

/** Returns the fingerprint of a host key, as `ssh-keygen -l` prints it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function versionOf({ size, mtime }: Stats): string {
  return `${size}-${mtime}`;
}

function hasCode(error: unknown, code: number): boolean {
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === code;
}

/** Converts a call with a callback to a promise. */
function call<T>(run: (done: (error: Error | null | undefined, result: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    run((error, result) => {
      if (error === undefined || error === null) resolve(result);
      else reject(error);
    });
  });
}
