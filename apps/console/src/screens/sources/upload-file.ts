import { PatchbayError } from '@patchbay/client';
import { Sha256 } from '../../lib/sha256';
import type { Import, ImportRequest } from './import-api';

/** Calls of the hub that an upload needs. */
export interface UploadCalls {
  /** Returns the imports of a file, newest first. */
  find(sha256: string): Promise<readonly Import[]>;
  create(request: ImportRequest): Promise<Import>;
  get(id: string): Promise<Import>;
  /** Sends the bytes of the file from an offset on. */
  append(id: string, offset: number, bytes: Blob): Promise<Import>;
}

/** File that a person chose, and how it is imported. */
export interface ChosenFile {
  readonly file: Pick<File, 'name' | 'size' | 'slice'>;
  readonly settings: Pick<ImportRequest, 'format' | 'recovered'>;
}

/** Progress of an upload: `reading` computes the hash, `uploading` sends the bytes. Percents are 0 to 100. */
export interface UploadProgress {
  readonly step: 'reading' | 'uploading';
  readonly percent: number;
}

/** Time limits of an upload, and how it waits. */
export interface UploadWaits {
  /** Pause before the next attempt to reach the hub, in milliseconds. */
  readonly pauseMs: number;
  readonly attempts: number;
}

const PART_BYTES = 1024 * 1024;
const WAITS: UploadWaits = { pauseMs: 2_000, attempts: 30 };

/**
 * Uploads a file. Continues the unfinished upload of the same file, if there is one. If the hub cannot be reached for a
 * time, tries again. Resolves when the hub has all bytes. Rejects if the signal aborts, or with a PatchbayError of the hub.
 */
export async function uploadFile(
  calls: UploadCalls,
  { file, settings }: ChosenFile,
  onProgress: (progress: UploadProgress) => void,
  signal: AbortSignal,
  waits = WAITS,
): Promise<Import> {
  const report = (step: UploadProgress['step'], bytes: number): void =>
    onProgress({ step, percent: file.size === 0 ? 100 : Math.floor((bytes / file.size) * 100) });
  const sha256 = await hashOf(file, (bytes) => report('reading', bytes), signal);
  const known = (await calls.find(sha256)).find((one) => one.sizeBytes === file.size && one.endedAt === null);
  let current = known ?? (await calls.create({ fileName: file.name, sizeBytes: file.size, sha256, ...settings }));
  let failures = 0;
  while (current.state === 'uploading') {
    signal.throwIfAborted();
    const { id, receivedBytes } = current;
    report('uploading', receivedBytes);
    try {
      current = await calls.append(id, receivedBytes, file.slice(receivedBytes, receivedBytes + PART_BYTES));
      failures = 0;
    } catch (error) {
      failures += 1;
      if (signal.aborted || failures === waits.attempts || !isTemporary(error)) throw error;
      await pause(waits.pauseMs, signal);
      signal.throwIfAborted();
      // The hub may have stored the bytes although its answer was lost.
      current = await calls.get(id).catch(() => current);
    }
  }
  return current;
}

/** Returns true if a call may succeed later: the hub was not reached, was busy, or has another number of bytes. */
function isTemporary(error: unknown): boolean {
  if (!(error instanceof PatchbayError)) return false;
  return error.kind !== 'refused' || error.status === 409 || error.status === 429 || error.status >= 500;
}

async function hashOf(
  file: ChosenFile['file'],
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const hash = new Sha256();
  for (let start = 0; start < file.size; start += PART_BYTES) {
    signal.throwIfAborted();
    onBytes(start);
    hash.update(new Uint8Array(await file.slice(start, start + PART_BYTES).arrayBuffer()));
  }
  return hash.hex();
}

/** Waits. Ends early if the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
