import { createHash, generateKeyPairSync } from 'node:crypto';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileError, PlaceError, systemClock, type OpenFile, type SftpPlaceSpec } from '@patchbay/core';
import ssh2 from 'ssh2';
import { SftpPlace } from './sftp-place.js';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const HOST_KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs1',
  format: 'pem',
});
const OLD_SECONDS = Math.floor(Date.now() / 1_000) - 60;

interface FakeFile {
  content: string;
  mtime: number;
}

/** SFTP server with the files of one folder, made of the server of ssh2. */
class FakeSftp {
  readonly files = new Map<string, FakeFile>();
  sessions = 0;
  /** Name of the files that the folder has without end; null if it ends. */
  endlessName: string | null = null;
  private readonly server = new ssh2.Server({ hostKeys: [HOST_KEY] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method === 'password' && context.username === 'acme' && context.password === 'invented')
        context.accept();
      else context.reject(['password']);
    });
    client.on('ready', () => {
      this.sessions += 1;
      client.on('session', (accept) => accept().on('sftp', (acceptSftp) => this.serve(acceptSftp())));
    });
  });

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }

  private serve(sftp: ssh2.SFTPWrapper): void {
    const attrsOf = ({ content, mtime }: FakeFile) => ({
      ...{ mode: 0o100644, uid: 0, gid: 0, size: content.length, atime: mtime, mtime },
    });
    const nameOf = (path: string): FakeFile | undefined => this.files.get(path.replace('/exports/', ''));
    const handles = new Map<number, FakeFile>();
    let listed = false;
    sftp.on('OPENDIR', (id, path) => {
      listed = false;
      if (path === '/exports') sftp.handle(id, Buffer.from('dir'));
      else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
    });
    sftp.on('READDIR', (id) => {
      const entryOf = ([filename, file]: [string, FakeFile]) => ({
        filename,
        longname: filename,
        attrs: attrsOf(file),
      });
      if (this.endlessName !== null) {
        const entry = entryOf([this.endlessName, { content: 'a', mtime: OLD_SECONDS }]);
        return sftp.name(
          id,
          Array.from({ length: 2_000 }, () => entry),
        );
      }
      if (listed) return sftp.status(id, STATUS_CODE.EOF);
      listed = true;
      return sftp.name(id, [...this.files].map(entryOf));
    });
    sftp.on('STAT', (id, path) => {
      const file = nameOf(path);
      if (file === undefined) sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
      else sftp.attrs(id, attrsOf(file));
    });
    sftp.on('OPEN', (id, path, flags) => {
      const file = nameOf(path);
      if (file === undefined || (flags & OPEN_MODE.READ) === 0) return sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
      handles.set(handles.size, file);
      return sftp.handle(id, Buffer.from([handles.size - 1]));
    });
    sftp.on('READ', (id, handle, offset, length) => {
      const bytes = Buffer.from(handles.get(handle[0] ?? -1)?.content ?? '').subarray(offset, offset + length);
      if (bytes.length === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, bytes);
    });
    sftp.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
  }
}

describe('SftpPlace', () => {
  let sftp: FakeSftp;
  let spec: SftpPlaceSpec;
  const places: SftpPlace[] = [];
  beforeEach(async () => {
    sftp = new FakeSftp();
    const port = await sftp.start();
    const key = ssh2.utils.parseKey(HOST_KEY);
    if (key instanceof Error) throw key;
    const hostKey = `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
    spec = { host: '127.0.0.1', port, username: 'acme', password: 'invented', hostKey, folder: '/exports' };
  });
  afterEach(async () => {
    for (const place of places.splice(0)) await place.close();
    await sftp.stop();
  });

  function openPlace(also: Partial<SftpPlaceSpec> = {}): SftpPlace {
    const place = new SftpPlace({ ...spec, ...also }, (host, port) => connect({ host, port }), systemClock, '*.csv');
    places.push(place);
    return place;
  }
  async function read(open: OpenFile, from = 0): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const bytes of open(from)) parts.push(bytes);
    return Buffer.concat(parts).toString();
  }

  it('lists complete files, and reads one from an offset over the same connection', async () => {
    sftp.files.set('orders.csv', { content: 'a,b\n1,2\n', mtime: OLD_SECONDS });
    sftp.files.set('growing.csv', { content: 'a', mtime: Math.floor(Date.now() / 1_000) });
    sftp.files.set('orders.txt', { content: 'a', mtime: OLD_SECONDS });
    const place = openPlace();
    const files = await place.list();
    expect(files).toEqual([{ name: 'orders.csv', sizeBytes: 8, version: `8-${OLD_SECONDS}` }]);
    const [file] = files;
    expect(file && (await read(place.open(file), 4))).toBe('1,2\n');
    expect(sftp.sessions).toBe(1);
  });

  it('stops at 10,000 files', async () => {
    sftp.endlessName = 'orders.csv';
    expect(await openPlace().list()).toHaveLength(10_000);
  });

  it('refuses a folder with more than 100,000 entries', async () => {
    sftp.endlessName = 'orders.txt';
    const listing = openPlace().list();
    await expect(listing).rejects.toThrow(PlaceError);
    await expect(listing).rejects.toThrow('more than 100,000 entries');
  });

  it('fails if the file was changed or removed', async () => {
    const place = openPlace();
    const file = { name: 'orders.csv', sizeBytes: 8, version: `8-${OLD_SECONDS}` };
    sftp.files.set('orders.csv', { content: 'a,b\n1,2\n', mtime: OLD_SECONDS + 1 });
    await expect(read(place.open(file))).rejects.toThrow(FileError);
    sftp.files.clear();
    await expect(read(place.open(file))).rejects.toThrow('was changed or removed');
  });

  it.each([
    ['another host key', { hostKey: `SHA256:${'A'.repeat(43)}` }, 'another host key'],
    ['a wrong password', { password: 'wrong' }, 'refused the credentials'],
    ['a missing folder', { folder: '/none' }, '/none does not exist'],
  ])('refuses %s, and says what to correct', async (_what, also, message) => {
    const listing = openPlace(also).list();
    await expect(listing).rejects.toThrow(FileError);
    await expect(listing).rejects.toThrow(message);
  });

  it('fails with another error if the server is unreachable', async () => {
    const place = new SftpPlace(spec, () => connect({ host: '127.0.0.1', port: 1 }), systemClock);
    places.push(place);
    await expect(place.list()).rejects.not.toThrow(FileError);
  });

  it('fails if the server closes the connection before the login', async () => {
    const server = createServer((socket) => {
      socket
        .on('error', () => undefined)
        .resume()
        .end('SSH-2.0-x\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(openPlace({ port }).list()).rejects.toThrow('closed the connection');
    await new Promise((resolve) => server.close(resolve));
  });

  it('closes while the server is silent', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const place = openPlace({ port });
    const listing = expect(place.list()).rejects.toThrow('closed the connection');
    await place.close();
    await listing;
    await new Promise((resolve) => server.close(resolve));
  });
});
