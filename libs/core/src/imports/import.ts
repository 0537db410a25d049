import type { CsvEncoding, FileFormat, FilePlaceSpec } from '../configuration/brand-definition.js';

/**
 * States of an import. `uploading`: a part of the file is missing. `running`: its rows are being imported, or wait for a
 * process that imports them. In all other states, the import has ended.
 */
export const IMPORT_STATES = ['uploading', 'running', 'done', 'failed', 'cancelled'] as const;
/** One of {@link IMPORT_STATES}. */
export type ImportState = (typeof IMPORT_STATES)[number];

/** Origins of the bytes of a file. */
export const IMPORT_ORIGINS = ['upload', 'folder', 's3', 'sftp'] as const;
/** One of {@link IMPORT_ORIGINS}. */
export type ImportOrigin = (typeof IMPORT_ORIGINS)[number];

/** Returns the origin of the files of a watched place. */
export function originOf({ s3, sftp }: FilePlaceSpec): ImportOrigin {
  if (s3 !== undefined) return 's3';
  return sftp === undefined ? 'folder' : 'sftp';
}

/** Rules for reading a file. */
export interface ImportFormat {
  readonly format: FileFormat;
  /** Character between the fields of a CSV file. */
  readonly delimiter: string;
  /** Encoding of a CSV file. NDJSON is UTF-8. */
  readonly encoding: CsvEncoding;
}

/** Position in a file, at the end of a row. */
export interface FilePosition {
  /** Number of bytes before the position. */
  readonly offset: number;
  /** Number of lines before the position. */
  readonly line: number;
}

/** Beginning of a file. */
export const FILE_START: FilePosition = { offset: 0, line: 0 };

/** Numbers of rows by their outcome. */
export interface RowCounts {
  readonly accepted: number;
  /** Rows whose event was stored before. A row that is read again after a crash counts as a duplicate. */
  readonly duplicate: number;
  /** Rows that make no event. They are stored in quarantine, as unreadable bodies of calls are. */
  readonly quarantined: number;
}

export const NO_ROWS: RowCounts = { accepted: 0, duplicate: 0, quarantined: 0 };

/** Problem of one row. */
export interface RowProblem {
  /** Last line of the row, from 1. */
  readonly line: number;
  /** Reason, as displayed. Contains no value of the row. */
  readonly reason: string;
}

/** Maximum number of problems that an import keeps. */
export const MAX_ROW_PROBLEMS = 100;

/** Import that is being created. */
export interface NewImport {
  /** UUIDv7, by which lists are ordered. */
  readonly id: string;
  readonly brandId: string;
  readonly sourceId: string;
  /** Name of the file, as displayed. For a watched place, its name there. */
  readonly fileName: string;
  readonly origin: ImportOrigin;
  /** Version of the file in the watched place. Null for an upload. */
  readonly version: string | null;
  readonly format: ImportFormat;
  /** Size of the file in bytes. */
  readonly sizeBytes: number;
  /** SHA-256 of the file in hex, which is checked before the first row is imported. Null if the uploader gave none. */
  readonly sha256: string | null;
  /** Maximum number of rows per second. */
  readonly perSecond: number;
  /** True if the import recovers events that the hub missed. Shown with each of its events. */
  readonly recovered: boolean;
  readonly requestedBy: string;
}

/** Import of a file and its progress. Times are milliseconds since the epoch. */
export interface Import extends NewImport {
  readonly state: ImportState;
  /** Number of uploaded bytes. */
  readonly receivedBytes: number;
  /** Position up to which all rows are stored. */
  readonly position: FilePosition;
  readonly counts: RowCounts;
  /** Problems of the first rows that have one, at most {@link MAX_ROW_PROBLEMS}. */
  readonly problems: readonly RowProblem[];
  /** Reason why the import failed or was cancelled. Null in other states. */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
}

/** Returns true if an import has ended. */
export function hasEnded({ state }: Pick<Import, 'state'>): boolean {
  return state !== 'uploading' && state !== 'running';
}
