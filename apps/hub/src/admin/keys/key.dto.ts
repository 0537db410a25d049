import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { KEY_ROLES, type KeyRole } from '@patchbay/core';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsString,
  Matches,
  MaxLength,
} from 'class-validator';
import { IsInstant } from '../../http/instant.js';
import { ONE_LINE } from '../../http/one-line.js';
import { Optional } from '../../http/optional.js';
import { PageDto } from '../common/page.dto.js';

const ROLE_TEXT =
  'viewer reads; operator also pauses, resumes, verifies and sends again; admin also changes the configuration and keys ' +
  'and sees the audit log; ingest posts events to sources and opens nothing else.';

/** A key that is wanted. */
export class NewKeyDto {
  @ApiProperty({ example: 'continuous integration', description: 'For people: in lists and in the audit log.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  @Matches(ONE_LINE, { message: 'name must not hold control characters' })
  readonly name!: string;

  @ApiProperty({ enum: KEY_ROLES, description: ROLE_TEXT })
  @IsIn(KEY_ROLES)
  readonly role!: KeyRole;

  @ApiPropertyOptional({
    type: [String],
    example: ['acme'],
    description: 'The brands it is for, by name. Left out: all brands, those of the future included.',
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(1_000)
  @ArrayUnique()
  @IsString({ each: true })
  readonly brands?: readonly string[];

  @ApiPropertyOptional({
    default: false,
    description: 'It may see personal values unmasked (`?reveal=true`). Each look is in the audit log.',
  })
  @Optional()
  @IsBoolean()
  readonly reveal: boolean = false;

  @ApiPropertyOptional({
    type: String,
    example: '2027-01-31T08:00:00Z',
    description: 'ISO 8601. Left out: it never expires.',
  })
  @Optional()
  @IsInstant()
  readonly expiresAt?: string;
}

/** A key as lists show it: not the key itself. */
export class KeyDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'continuous integration' })
  readonly name!: string;

  @ApiProperty({ enum: KEY_ROLES, description: ROLE_TEXT })
  readonly role!: KeyRole;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'The brands it is for; null: all. One that has been deleted is not named any more.',
  })
  readonly brands!: readonly string[] | null;

  @ApiProperty({ description: 'It may see personal values unmasked.' })
  readonly reveal!: boolean;

  @ApiProperty({ example: 'pbk_V1Dz', description: 'How the key begins.' })
  readonly hint!: string;

  @ApiProperty({ example: 'PATCHBAY_ADMIN_KEY', description: 'The name of whoever made it.' })
  readonly createdBy!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'null: never.' })
  readonly expiresAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'To some seconds; null: never.' })
  readonly lastUsedAt!: string | null;
}

/** A key at the only moment when it is told. */
export class CreatedKeyDto extends KeyDto {
  @ApiProperty({ example: 'pbk_…', description: 'The key. It is not stored and never shown again.' })
  readonly key!: string;
}

/** A page of keys, the newest first. */
export class KeyPageDto extends PageDto {
  @ApiProperty({ type: [KeyDto] })
  readonly data!: readonly KeyDto[];
}
