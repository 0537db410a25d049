import { describe, expect, it } from '@jest/globals';
import { PatchbayError } from '@patchbay/client';
import type { Import } from './import-api';
import { uploadFile, type UploadCalls, type UploadProgress } from './upload-file';

const SIZE = 1024 * 1024 + 10;
const UPLOADING = { id: 'i-1', state: 'uploading', sizeBytes: SIZE, receivedBytes: 0, endedAt: null } as Import;
const WAITS = { pauseMs: 0, attempts: 3 };

/** Hub that takes the bytes of one import, and fails as often as told. */
class Hub implements UploadCalls {
  readonly seen: string[] = [];
  received: number;

  constructor(
    private readonly known: readonly Import[] = [],
    private readonly failures: (PatchbayError | 'answer lost')[] = [],
  ) {
    this.received = known[0]?.receivedBytes ?? 0;
  }

  find(): Promise<readonly Import[]> {
    return Promise.resolve(this.known);
  }

  create({ fileName, sizeBytes, format }: Parameters<UploadCalls['create']>[0]): Promise<Import> {
    this.seen.push(`create ${fileName} ${sizeBytes} ${String(format)}`);
    return Promise.resolve(UPLOADING);
  }

  get(): Promise<Import> {
    return Promise.resolve(this.state());
  }

  append(_id: string, offset: number, bytes: Blob): Promise<Import> {
    this.seen.push(`${offset}+${bytes.size}`);
    const failure = this.failures.shift();
    if (failure instanceof PatchbayError) return Promise.reject(failure);
    this.received += bytes.size;
    return failure === undefined ? Promise.resolve(this.state()) : Promise.reject(new PatchbayError('unreachable'));
  }

  private state(): Import {
    return { ...UPLOADING, receivedBytes: this.received, state: this.received === SIZE ? 'running' : 'uploading' };
  }
}

const chosen = {
  file: new File([new Uint8Array(SIZE)], 'a.csv'),
  settings: { format: 'csv', recovered: false },
} as const;

describe('uploadFile', () => {
  it('reads the file, creates the import and sends the parts', async () => {
    const hub = new Hub();
    const progress: UploadProgress[] = [];
    await uploadFile(hub, chosen, (step) => progress.push(step), new AbortController().signal, WAITS);
    expect(hub.seen).toEqual([`create a.csv ${SIZE} csv`, `0+${1024 * 1024}`, `${1024 * 1024}+10`]);
    expect(progress.map(({ step, percent }) => `${step} ${percent}`)).toEqual([
      ...['reading 0', 'reading 99', 'uploading 0', 'uploading 99'],
    ]);
  });

  it('continues the unfinished upload of the same file', async () => {
    const ended = { ...UPLOADING, id: 'i-0', endedAt: '2026-02-01T00:00:00Z' };
    const hub = new Hub([{ ...UPLOADING, receivedBytes: SIZE - 4 }, ended]);
    await uploadFile(hub, chosen, () => undefined, new AbortController().signal, WAITS);
    expect(hub.seen).toEqual([`${SIZE - 4}+4`]);
  });

  it('continues where the hub is after a lost answer, and tries again if the hub is busy', async () => {
    const hub = new Hub([], ['answer lost', new PatchbayError('refused', { status: 503, detail: 'busy' })]);
    await uploadFile(hub, chosen, () => undefined, new AbortController().signal, WAITS);
    expect(hub.seen.slice(1)).toEqual([`0+${1024 * 1024}`, `${1024 * 1024}+10`, `${1024 * 1024}+10`]);
  });

  it('ends with the problem of the hub, after the last attempt, or when it is stopped', async () => {
    const upload = (hub: Hub, signal = new AbortController().signal): Promise<unknown> =>
      uploadFile(hub, chosen, () => undefined, signal, WAITS);
    const away = new PatchbayError('unreachable');
    await expect(upload(new Hub([], [new PatchbayError('refused', { status: 403, detail: 'no' })]))).rejects.toThrow(
      'no',
    );
    await expect(upload(new Hub([], [away, away, away]))).rejects.toBe(away);
    await expect(upload(new Hub(), AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });
});
