import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_BRAND_FILES } from '@patchbay/config';
import type { ConfigurationChange } from '@patchbay/core';
import type { Json, JsonObject } from '@patchbay/plugin-sdk';
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
import { FreeJson, ONE_LINE, Optional } from '../../http/dto-fields.js';
import { ConfigurationWarningDto } from './configuration-warning.dto.js';

const MAX_FIELDS = 10_000;

/** File and line of a value. */
export class SourceLocationDto {
  @ApiProperty({ example: 'destinations.sms.settings' })
  @IsString()
  @MaxLength(2_000)
  readonly field!: string;

  @ApiProperty({ example: 'config/brands/acme.yaml' })
  @IsString()
  @MaxLength(500)
  readonly file!: string;

  @ApiProperty({ example: 12, description: 'Line number, starting at 1.' })
  @IsInt()
  @Min(1)
  readonly line!: number;
}

/** A brand file. The client reads the file and resolves its references, because only the client has the secrets. */
export class ApplyFileDto {
  @ApiProperty({
    example: 'config/brands/acme.yaml',
    description: 'Path of the file, as used in errors and in the `file` field of objects.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @Matches(ONE_LINE, { message: 'file must not contain control characters or lone surrogates' })
  readonly file!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Content of the file, with `${env:…}` and `${file:…}` resolved and mapping files included.',
  })
  @FreeJson()
  @IsObject()
  readonly content!: JsonObject;

  @ApiPropertyOptional({
    type: [String],
    example: ['sources.capillary.auth.headers.x-acme-token[0]'],
    description:
      'Fields that contain a reference. A secret is refused in any other field. Errors never contain the values of ' +
      'these fields.',
  })
  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_FIELDS)
  @IsString({ each: true })
  readonly interpolated: readonly string[] = [];

  @ApiPropertyOptional({ type: [SourceLocationDto], description: 'Lines of the fields, for use in errors.' })
  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_FIELDS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => SourceLocationDto)
  readonly sourceLocations: readonly SourceLocationDto[] = [];
}

/** Brand files to apply in one transaction. */
export class ApplyDto {
  @ApiProperty({ type: [ApplyFileDto], maxItems: MAX_BRAND_FILES })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_BRAND_FILES)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ApplyFileDto)
  readonly files!: readonly ApplyFileDto[];

  @ApiPropertyOptional({ default: false, description: 'Return the changes without making them.' })
  @Optional()
  @IsBoolean()
  readonly dryRun: boolean = false;

  @ApiPropertyOptional({
    default: false,
    description: 'Delete objects that are missing from the files. Without it they are disabled.',
  })
  @Optional()
  @IsBoolean()
  readonly prune: boolean = false;

  @ApiPropertyOptional({
    default: false,
    description: 'The request has all brand files: brands of earlier files that are missing here are disabled.',
  })
  @Optional()
  @IsBoolean()
  readonly complete: boolean = false;

  @ApiPropertyOptional({ default: false, description: 'Refuse files that have warnings.' })
  @Optional()
  @IsBoolean()
  readonly strict: boolean = false;

  @ApiPropertyOptional({
    default: 0,
    minimum: 0,
    description:
      'Maximum number of waiting deliveries that the change may cancel, hold or send by another destination type. ' +
      'If it would affect more, nothing is applied and the 409 has the number.',
  })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly atMost: number = 0;

  @ApiPropertyOptional({
    default: false,
    description: 'Confirm that brands change from `pii-less` to `standard` and then store personal data.',
  })
  @Optional()
  @IsBoolean()
  readonly confirmPrivacy: boolean = false;
}

/** A change of one object. */
export class ChangeDto {
  @ApiProperty({ enum: ['create', 'update', 'disable', 'enable', 'delete', 'unchanged'] })
  readonly action!: ConfigurationChange['action'];

  @ApiProperty({ enum: ['brand', 'source', 'destination', 'subscription'] })
  readonly kind!: ConfigurationChange['kind'];

  @ApiProperty({ example: 'acme/points-sms' })
  readonly name!: string;

  @ApiProperty({ type: [String], description: 'Names of the fields that differ, never their values.' })
  readonly fields!: readonly string[];

  @ApiPropertyOptional({ example: 'old-sms', description: 'Previous name of a destination that its file renamed.' })
  readonly renamedFrom?: string;
}

/** Field of an existing object that an apply changes. */
export class FieldChangeDto {
  @ApiProperty({ enum: ['brand', 'source', 'destination', 'subscription'] })
  readonly kind!: ConfigurationChange['kind'];

  @ApiProperty({ example: 'acme/points-sms' })
  readonly name!: string;

  @ApiProperty({ example: 'mapping.body' })
  readonly field!: string;

  @ApiProperty({
    type: Object,
    description: 'Earlier value; any JSON. Null if the field was not set. Secrets are masked.',
  })
  readonly before!: Json;

  @ApiProperty({ type: Object, description: 'New value; any JSON. Null if the field is not set. Secrets are masked.' })
  readonly after!: Json;
}

/** Changes that an apply made, or would make if it were not a dry run. */
export class AppliedDto {
  @ApiProperty({ description: 'Current revision of the configuration.' })
  readonly revision!: number;

  @ApiProperty({ type: [ChangeDto] })
  readonly changes!: readonly ChangeDto[];

  @ApiProperty({
    type: [AffectedDeliveriesDto],
    description:
      'Waiting deliveries that the change cancels, holds or sends by another destination type. See `atMost`.',
  })
  readonly affectedDeliveries!: readonly AffectedDeliveriesDto[];

  @ApiProperty({
    type: [String],
    description: 'Brands that change from `pii-less` to `standard`. See `confirmPrivacy`.',
  })
  readonly leavesPiiLess!: readonly string[];

  @ApiProperty({
    type: [FieldChangeDto],
    description: 'Changed fields of existing objects, with their values. At most 1,000, and 2 MB together.',
  })
  readonly fieldChanges!: readonly FieldChangeDto[];

  @ApiProperty({
    type: [ConfigurationWarningDto],
    description: 'Parts of the files that probably do not work as intended. At most 1,000. See `strict`.',
  })
  readonly warnings!: readonly ConfigurationWarningDto[];
}
