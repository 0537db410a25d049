import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_BRAND_FILES } from '@patchbay/config';
import type { ConfigurationChange } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { AffectedDeliveriesDto } from '../../http/affected-deliveries.dto.js';
import { FreeJson } from '../../http/free-json.js';
import { ONE_LINE } from '../../http/one-line.js';
import { Optional } from '../../http/optional.js';

const MAX_FIELDS = 10_000;

/** File and line where a value was written. */
export class SourceLocationDto {
  @ApiProperty({ example: 'destinations.sms.settings' })
  @IsString()
  @MaxLength(2_000)
  readonly field!: string;

  @ApiProperty({ example: 'config/brands/acme.yaml' })
  @IsString()
  @MaxLength(500)
  readonly file!: string;

  @ApiProperty({ example: 12, description: '1-based.' })
  @IsInt()
  @Min(1)
  readonly line!: number;
}

/** One brand's file, read where its secrets are. */
export class ApplyFileDto {
  @ApiProperty({ example: 'config/brands/acme.yaml', description: 'As errors and `managedBy` call it.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @Matches(ONE_LINE, { message: 'file must not hold control characters' })
  readonly file!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What the file says, `${env:…}` and `${file:…}` resolved and mapping files put in.',
  })
  @FreeJson()
  @IsObject()
  readonly content!: JsonObject;

  @ApiPropertyOptional({
    type: [String],
    example: ['sources.capillary.auth.headers.x-acme-token[0]'],
    description: 'Fields that a reference is part of. Secrets are refused in others; errors never tell their values.',
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_FIELDS)
  @IsString({ each: true })
  readonly interpolated: readonly string[] = [];

  @ApiPropertyOptional({ type: [SourceLocationDto], description: 'So that errors can name lines.' })
  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_FIELDS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => SourceLocationDto)
  readonly sourceLocations: readonly SourceLocationDto[] = [];
}

/** Brand files to be applied in one transaction. */
export class ApplyDto {
  @ApiProperty({ type: [ApplyFileDto], maxItems: MAX_BRAND_FILES })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_BRAND_FILES)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ApplyFileDto)
  readonly files!: readonly ApplyFileDto[];

  @ApiPropertyOptional({ default: false, description: 'Say what would change, change nothing.' })
  @Optional()
  @IsBoolean()
  readonly dryRun: boolean = false;

  @ApiPropertyOptional({ default: false, description: 'Delete what vanished from the files instead of disabling it.' })
  @Optional()
  @IsBoolean()
  readonly prune: boolean = false;

  @ApiPropertyOptional({
    default: false,
    description: 'These are all files there are: brands that earlier files named and these do not are disabled.',
  })
  @Optional()
  @IsBoolean()
  readonly complete: boolean = false;

  @ApiPropertyOptional({
    default: 0,
    minimum: 0,
    description:
      'Waiting deliveries that the files may end, hold or send by another destination type. If they would affect more, ' +
      'nothing is applied and the 409 says how many.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly atMost: number = 0;

  @ApiPropertyOptional({
    default: false,
    description: 'Let brands change from `pii-less` to `standard`: they store personal data from then on.',
  })
  @Optional()
  @IsBoolean()
  readonly confirmPrivacy: boolean = false;
}

/** One line of the difference. */
export class ChangeDto {
  @ApiProperty({ enum: ['create', 'update', 'disable', 'enable', 'delete', 'unchanged'] })
  readonly action!: ConfigurationChange['action'];

  @ApiProperty({ enum: ['brand', 'source', 'destination', 'subscription'] })
  readonly kind!: ConfigurationChange['kind'];

  @ApiProperty({ example: 'acme/points-sms' })
  readonly name!: string;

  @ApiProperty({ type: [String], description: 'Names of the fields that differ; values are never told.' })
  readonly fields!: readonly string[];

  @ApiPropertyOptional({ example: 'old-sms', description: 'Name of a destination before its file renamed it.' })
  readonly renamedFrom?: string;
}

/** What applying changed, or would change. */
export class AppliedDto {
  @ApiProperty({ description: 'The revision of the configuration in force now.' })
  readonly revision!: number;

  @ApiProperty({ type: [ChangeDto] })
  readonly changes!: readonly ChangeDto[];

  @ApiProperty({
    type: [AffectedDeliveriesDto],
    description: 'Waiting deliveries that the files end, hold or send by another destination type. See `atMost`.',
  })
  readonly affectedDeliveries!: readonly AffectedDeliveriesDto[];

  @ApiProperty({
    type: [String],
    description: 'Brands that change from `pii-less` to `standard`. See `confirmPrivacy`.',
  })
  readonly leavesPiiLess!: readonly string[];
}
