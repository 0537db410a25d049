import { ApiProperty } from '@nestjs/swagger';
import {
  CSV_ENCODINGS,
  FILE_FORMATS,
  IMPORT_ORIGINS,
  IMPORT_STATES,
  type CsvEncoding,
  type FileFormat,
  type FileScan,
  type Import,
  type ImportOrigin,
  type ImportState,
} from '@patchbay/core';
import { PageDto } from '../common/page.dto.js';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';

/** A row that made no event. */
export class RowProblemDto {
  @ApiProperty({ type: 'integer', description: 'Last line of the row in the file, from 1.' })
  readonly line!: number;

  @ApiProperty({ description: 'Reason, without values of the row.' })
  readonly reason!: string;
}

/** An import of a file and its progress. */
export class ImportDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    enum: IMPORT_STATES,
    description:
      '`uploading`: a part of the file is missing. `running`: the rows are being imported. The other states are final.',
  })
  readonly state!: ImportState;

  @ApiProperty({ example: 'orders-2026-11-30.csv' })
  readonly fileName!: string;

  @ApiProperty({ enum: IMPORT_ORIGINS, description: 'Where the file comes from.' })
  readonly origin!: ImportOrigin;

  @ApiProperty({ enum: FILE_FORMATS })
  readonly format!: FileFormat;

  @ApiProperty({ example: ',', description: 'Character between the fields of a CSV file.' })
  readonly delimiter!: string;

  @ApiProperty({ enum: CSV_ENCODINGS })
  readonly encoding!: CsvEncoding;

  @ApiProperty({ type: 'integer', description: 'Size of the file in bytes.' })
  readonly sizeBytes!: number;

  @ApiProperty({ type: String, nullable: true, description: 'SHA-256 of the file in hex. Null if it was not set.' })
  readonly sha256!: string | null;

  @ApiProperty({ format: 'double', description: 'Maximum number of rows per second.' })
  readonly perSecond!: number;

  @ApiProperty({ description: 'True if the events are marked as recovered.' })
  readonly recovered!: boolean;

  @ApiProperty({ description: 'Name of the key or person that requested the import.' })
  readonly requestedBy!: string;

  @ApiProperty({ type: 'integer', description: 'Number of uploaded bytes. The next chunk begins here.' })
  readonly receivedBytes!: number;

  @ApiProperty({ type: 'integer', description: 'Number of bytes whose rows are stored.' })
  readonly importedBytes!: number;

  @ApiProperty({ type: 'integer', description: 'Number of lines whose rows are stored, with the header line.' })
  readonly lines!: number;

  @ApiProperty({ type: 'integer', description: 'Number of rows that made a new event.' })
  readonly accepted!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Number of rows whose event was stored before. Rows that are read again after a crash count here.',
  })
  readonly duplicate!: number;

  @ApiProperty({
    type: 'integer',
    description: 'Number of rows that made no event. They are stored as quarantined events.',
  })
  readonly quarantined!: number;

  @ApiProperty({ type: [RowProblemDto], description: 'Problems of the first 100 rows that have one.' })
  readonly problems!: readonly RowProblemDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Reason of a failure. Null if there is none.' })
  readonly reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ format: 'date-time', description: 'Time of the last progress.' })
  readonly updatedAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  readonly endedAt!: string | null;
}

/** Last scan of the place that a source watches. */
export class FileScanDto {
  @ApiProperty({ format: 'date-time' })
  readonly at!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Reason of a failure. Null if the files were listed.' })
  readonly problem!: string | null;
}

/** A page of imports, newest first. */
export class ImportPageDto extends PageDto {
  @ApiProperty({
    type: FileScanDto,
    nullable: true,
    description: 'Last scan of the watched place. Null if there was none, or if the source watches no place.',
  })
  readonly scan!: FileScanDto | null;

  @ApiProperty({ type: [ImportDto] })
  readonly data!: readonly ImportDto[];
}

/** Builds the API view of an import. */
export function importView({ format, position, counts, createdAt, updatedAt, endedAt, ...found }: Import): ImportDto {
  const {
    id,
    state,
    fileName,
    origin,
    sizeBytes,
    sha256,
    perSecond,
    recovered,
    requestedBy,
    receivedBytes,
    problems,
    reason,
  } = found;
  return {
    ...{ id, state, fileName, origin, ...format, sizeBytes, sha256, perSecond, recovered, requestedBy, receivedBytes },
    importedBytes: position.offset,
    lines: position.line,
    ...counts,
    ...{ problems, reason },
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
    endedAt: isoTimeOrNull(endedAt),
  };
}

/** Builds the API view of a scan. */
export function scanView(scan: FileScan | null): FileScanDto | null {
  return scan === null ? null : { at: isoTime(scan.at), problem: scan.problem };
}
