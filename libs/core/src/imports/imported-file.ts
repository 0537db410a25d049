import type { BrandVault } from '../vault.port.js';
import type { CompiledSource } from '../configuration/compiled-brand.js';
import type { OpenPlace } from './file-place.port.js';
import { FileError, type OpenFile } from './file-reader.port.js';
import { chunkContext, type FileChunk, type ImportStore } from './import-store.port.js';
import { originOf, type Import } from './import.js';
import { ANSWER_LIMIT_MS, bytesWithin } from './silent-place.js';

/** Seals a part of an uploaded file, so that its customers' data is not readable at rest. */
export function sealChunk(vault: BrandVault, importId: string, start: number, bytes: Uint8Array): FileChunk {
  // Latin-1 maps every byte to one character, so that any bytes become a text and back.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return { start, bytes: bytes.byteLength, sealed: vault.seal(chunkContext(importId, start), text) };
}

/** File of an import, opened for one turn. */
export interface ImportedFile {
  readonly open: OpenFile;
  /** Closes connections. */
  close(): Promise<void>;
}

/** Returns the function that finds the file of an import: its uploaded chunks, or a file of the watched place. */
export function fileFinder(
  store: Pick<ImportStore, 'chunkAt'>,
  openPlace: OpenPlace,
): (found: Import, source: CompiledSource) => ImportedFile {
  return (found, { brand, record }) => {
    const { origin, version, fileName, sizeBytes } = found;
    if (version === null) return { open: uploadedFile(store, brand.vault, found), close: () => Promise.resolve() };
    const from = record.files?.from;
    if (from === undefined || originOf(from) !== origin) {
      throw new FileError('files.from of the source was changed, so the file cannot be found any more.');
    }
    const place = openPlace(from);
    const open = place.open({ name: fileName, sizeBytes, version });
    return { open: (offset) => bytesWithin(ANSWER_LIMIT_MS, open(offset)), close: () => place.close() };
  };
}

/** Returns the function that opens an uploaded file. Each step keeps one chunk in memory. */
function uploadedFile(
  store: Pick<ImportStore, 'chunkAt'>,
  vault: BrandVault,
  { id, sizeBytes }: Pick<Import, 'id' | 'sizeBytes'>,
): OpenFile {
  return async function* open(from) {
    for (let offset = from; offset < sizeBytes;) {
      const chunk = await store.chunkAt(id, offset);
      if (chunk === null) {
        throw new Error(
          `The part of import ${id} at byte ${offset} is missing in import_chunks. Restore it from a backup, or cancel ` +
            'the import and upload the file again.',
        );
      }
      const bytes = Buffer.from(vault.open(chunkContext(id, chunk.start), chunk.sealed), 'latin1');
      yield bytes.subarray(offset - chunk.start);
      offset = chunk.start + bytes.length;
    }
  };
}
