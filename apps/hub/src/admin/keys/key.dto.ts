import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { KEY_ROLES, type KeyRole, type ApiKey, type BrandEntry } from '@patchbay/core';
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
import { ONE_LINE, Optional } from '../../http/dto-fields.js';
import { PageDto } from '../common/page.dto.js';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';

const ROLE_TEXT =
  '`viewer` reads. `operator` also pauses, resumes, verifies, redelivers and replays. `admin` also changes ' +
  'configuration and keys and reads the audit log. `ingest` only posts events to sources.';

const NOT_A_PERSON = /^(?!person:)/;

/** A key to create. */
export class NewKeyDto {
  @ApiProperty({ example: 'continuous integration', description: 'Name shown in lists and in the audit log.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  @Matches(ONE_LINE, { message: 'name must not contain control characters or lone surrogates' })
  @Matches(NOT_A_PERSON, { message: 'name must not begin with `person:`, because records name people in this way' })
  readonly name!: string;

  @ApiProperty({ enum: KEY_ROLES, description: ROLE_TEXT })
  @IsIn(KEY_ROLES)
  readonly role!: KeyRole;

  @ApiPropertyOptional({
    type: [String],
    example: ['acme'],
    description: 'Names of the brands to which the key is limited. Omit it for all brands, including later ones.',
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(1_000)
  @ArrayUnique()
  @IsString({ each: true })
  readonly brands?: readonly string[];

  @ApiPropertyOptional({
    default: false,
    description:
      'Allow the key to see personal values unmasked (`?reveal=true`). Each access is recorded in the audit log.',
  })
  @Optional()
  @IsBoolean()
  readonly reveal: boolean = false;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    example: '2027-01-31T08:00:00Z',
    description: 'Expiry time, ISO 8601. Omit it for a key that never expires.',
  })
  @Optional()
  @IsInstant()
  readonly expiresAt?: string;
}

/** Properties of a key, without its secret. */
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
    description:
      'Names of the brands to which the key is limited, without deleted brands. Null if it covers all brands.',
  })
  readonly brands!: readonly string[] | null;

  @ApiProperty({ description: 'True if the key may see personal values unmasked.' })
  readonly reveal!: boolean;

  @ApiProperty({ example: 'pbk_V1Dz', description: 'First characters of the key.' })
  readonly hint!: string;

  @ApiProperty({ example: 'PATCHBAY_ADMIN_KEY', description: 'Name of the key or person that created it.' })
  readonly createdBy!: string;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null if the key never expires.' })
  readonly expiresAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Last use, accurate to some seconds. Null if it was never used.',
  })
  readonly lastUsedAt!: string | null;
}

/** A new key with its secret. */
export class CreatedKeyDto extends KeyDto {
  @ApiProperty({ example: 'pbk_…', description: 'The key. Only its hash is stored, so it is never shown again.' })
  readonly key!: string;
}

/** A page of keys, newest first. */
export class KeyPageDto extends PageDto {
  @ApiProperty({ type: [KeyDto] })
  readonly data!: readonly KeyDto[];
}

/** Builds the API view of a key, with the names of its brands. */
export function keyView(key: ApiKey, brands: readonly BrandEntry[]): KeyDto {
  const { id, name, role, reveal, hint, createdBy, brandIds } = key;
  return {
    ...{ id, name, role, reveal, hint, createdBy },
    brands: brandIds === null ? null : brands.filter((brand) => brandIds.includes(brand.id)).map((brand) => brand.name),
    createdAt: isoTime(key.createdAt),
    expiresAt: isoTimeOrNull(key.expiresAt),
    lastUsedAt: isoTimeOrNull(key.lastUsedAt),
  };
}
