import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CSV_ENCODINGS, FILE_FORMATS, type CsvEncoding, type FileFormat } from '@patchbay/core';
import { IsBoolean, IsIn, IsInt, IsNumber, IsString, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { ONE_LINE, Optional } from '../../http/dto-fields.js';
import { PageQuery } from '../common/page.dto.js';

const SHA256 = /^[0-9a-f]{64}$/;

/** A file to be uploaded and imported. */
export class ImportRequestDto {
  @ApiProperty({ example: 'orders-2026-11-30.csv', description: 'Name of the file, as displayed.' })
  @IsString()
  @Length(1, 200)
  @Matches(ONE_LINE, { message: '$property must not contain control characters or lone surrogates' })
  readonly fileName!: string;

  @ApiProperty({ type: 'integer', example: 73_400_320, description: 'Size of the file in bytes.' })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly sizeBytes!: number;

  @ApiPropertyOptional({
    example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    description: 'SHA-256 of the file in hex. If it is set, the hub compares it before it imports the first row.',
  })
  @Optional()
  @IsString()
  @Matches(SHA256, { message: '$property must be 64 hex digits in lower case' })
  readonly sha256?: string;

  @ApiPropertyOptional({ enum: FILE_FORMATS, description: 'Default: `files.format` of the source, else `ndjson`.' })
  @Optional()
  @IsIn(FILE_FORMATS)
  readonly format?: FileFormat;

  @ApiPropertyOptional({ example: ';', description: 'Default: `files.delimiter` of the source, else a comma.' })
  @Optional()
  @IsString()
  @Matches(/^[^"\r\n]$/, { message: '$property must be one character' })
  readonly delimiter?: string;

  @ApiPropertyOptional({ enum: CSV_ENCODINGS, description: 'Default: `files.encoding` of the source, else UTF-8.' })
  @Optional()
  @IsIn(CSV_ENCODINGS)
  readonly encoding?: CsvEncoding;

  @ApiPropertyOptional({
    format: 'double',
    description: 'Maximum number of rows per second. Default: `files.perSecond` of the source, else 500.',
  })
  @Optional()
  @IsNumber()
  @Min(1)
  @Max(100_000)
  readonly perSecond?: number;

  @ApiPropertyOptional({
    default: false,
    description: 'Mark the events as recovered, because the file contains events that the hub missed.',
  })
  @Optional()
  @IsBoolean()
  readonly recovered: boolean = false;
}

/** Page of imports, optionally of one file. */
export class ImportQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'SHA-256 of the file, as it was set when the import was created.' })
  @Optional()
  @IsString()
  @MaxLength(64)
  @Matches(SHA256, { message: '$property must be 64 hex digits in lower case' })
  readonly sha256?: string;
}
