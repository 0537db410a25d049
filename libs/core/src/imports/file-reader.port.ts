import type { FilePosition, ImportFormat } from './import.js';

/** Row of a file. */
export interface FileRow {
  /** End of the row. */
  readonly end: FilePosition;
  /** Value of the row: an object of texts by column, or any JSON. Unreadable rows keep their bytes. */
  readonly content:
    | { readonly kind: 'row'; readonly value: unknown }
    | { readonly kind: 'unreadable'; readonly reason: string; readonly raw: Uint8Array };
}

/** Opens a file at an offset. Yields its bytes up to the end of the file. */
export type OpenFile = (offset: number) => AsyncIterable<Uint8Array>;

/**
 * Reads the rows of a file after a position, in order and with flat memory. Throws a FileError if the rest of the file
 * cannot be read, such as after a quoted field without an end.
 */
export type ReadRows = (open: OpenFile, format: ImportFormat, from: FilePosition) => AsyncIterable<FileRow>;

/** Failure to read a file, for which a retry is useless. The message contains no value of the file. */
export class FileError extends Error {
  override readonly name: string = 'FileError';
}

/** A watched file does not have the listed version any more. If the version is listed again, it is imported again. */
export class FileChangedError extends FileError {
  override readonly name = 'FileChangedError';
}

/** A place cannot be used until a person corrects something. Its files are unchanged, so their imports continue then. */
export class PlaceError extends FileError {
  override readonly name = 'PlaceError';
}
