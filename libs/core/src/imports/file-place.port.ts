import type { FilePlaceSpec } from '../configuration/brand-definition.js';
import type { OpenFile } from './file-reader.port.js';

/** File in a watched place. */
export interface ListedFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Text that differs for another content of the same file: an ETag, or the size and the time of the last change. */
  readonly version: string;
}

/** Place whose files a source imports: a folder, a bucket or a folder of an SFTP server. */
export interface FilePlace {
  /**
   * Lists the files of the place that are complete. Throws a PlaceError if a person has to correct something, and
   * other errors if a retry may help.
   */
  list(): Promise<readonly ListedFile[]>;
  /** Opens a file. Reading throws a FileChangedError if the file does not have the listed version any more. */
  open(file: ListedFile): OpenFile;
  /** Closes connections. */
  close(): Promise<void>;
}

/** Opens a watched place. */
export type OpenPlace = (from: FilePlaceSpec) => FilePlace;
