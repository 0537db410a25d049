import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { jsonChanges, type CompiledBrand, type SubscriptionVersion } from '@patchbay/core';
import { isJson, isJsonObject, type Json, type JsonObject } from '@patchbay/plugin-sdk';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { PageDto } from '../common/page.dto.js';
import { isoTime } from '../common/time-range.dto.js';
import { SubscriptionDto, subscriptionView } from './subscription.dto.js';

/** Largest number of a version, because the database stores it in four bytes. */
export const MAX_VERSION = 2_147_483_647;

/** A version of a subscription in a list. */
export class SubscriptionVersionSummaryDto {
  @ApiProperty({ example: 7 })
  readonly version!: number;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;

  @ApiProperty({ example: 'support team', description: 'Name of the key or person, or of the component of the hub.' })
  readonly createdBy!: string;

  @ApiProperty({ enum: ['file', 'api', 'hub'], description: 'Manager of the subscription.' })
  readonly origin!: 'file' | 'api' | 'hub';

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'brands/acme.yaml',
    description: 'Present file of the subscription. Null if no file manages it.',
  })
  readonly file!: string | null;

  @ApiProperty({ description: 'Revision of the configuration that contains the change.' })
  readonly revision!: number;

  @ApiProperty({ description: 'True if new events are routed by this version.' })
  readonly current!: boolean;

  @ApiProperty({ type: [String], example: ['mapping'], description: 'Names of the fields that the change modified.' })
  readonly changed!: readonly string[];
}

/** A page of versions, newest first. */
export class SubscriptionVersionPageDto extends PageDto {
  @ApiProperty({ type: [SubscriptionVersionSummaryDto] })
  readonly data!: readonly SubscriptionVersionSummaryDto[];
}

/** Content of a version. A source or destination that was deleted has an empty name. */
export class SubscriptionContentDto extends OmitType(SubscriptionDto, ['name', 'version', 'managedBy', 'file']) {}

/** A version of a subscription with its content. */
export class SubscriptionVersionDto extends SubscriptionVersionSummaryDto {
  @ApiProperty({ type: SubscriptionContentDto })
  readonly content!: SubscriptionContentDto;
}

/** Query of a comparison. */
export class VersionDiffQuery {
  @ApiPropertyOptional({ type: Number, minimum: 1, description: 'Version to compare with. Default: the one before.' })
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MAX_VERSION)
  readonly from?: number;
}

/** A field that differs between two versions. */
export class VersionChangeDto {
  @ApiProperty({ example: 'mapping.body' })
  readonly field!: string;

  @ApiProperty({ type: Object, description: 'Earlier value; any JSON. Null if the field was not set.' })
  readonly before!: Json;

  @ApiProperty({ type: Object, description: 'Later value; any JSON. Null if the field is not set.' })
  readonly after!: Json;
}

/** Difference between two versions of a subscription. */
export class VersionDiffDto {
  @ApiProperty({ type: Number, nullable: true, description: 'Null for the first version, which has none before it.' })
  readonly from!: number | null;

  @ApiProperty()
  readonly to!: number;

  @ApiProperty({ type: [VersionChangeDto], description: 'Fields that differ. A list counts as one value.' })
  readonly changes!: readonly VersionChangeDto[];
}

/** Builds the view of a version in a list. */
export function versionSummaryView(version: SubscriptionVersion): SubscriptionVersionSummaryDto {
  const { record, createdAt, createdBy, revision, isCurrent, changed } = version;
  return {
    version: record.version,
    createdAt: isoTime(createdAt),
    createdBy,
    origin: record.managedBy,
    file: record.file,
    revision,
    current: isCurrent,
    changed,
  };
}

/** Builds the view of a version with its content. */
export function versionView(version: SubscriptionVersion, configuration: CompiledBrand): SubscriptionVersionDto {
  return { ...versionSummaryView(version), content: contentOf(version, configuration) };
}

/**
 * Builds the view of the difference between two versions.
 * @param before earlier version; null if `after` is the first version
 */
export function versionDiffView(
  before: SubscriptionVersion | null,
  after: SubscriptionVersion,
  configuration: CompiledBrand,
): VersionDiffDto {
  const json = (version: SubscriptionVersion | null): JsonObject =>
    version === null ? {} : asJson(contentOf(version, configuration));
  return {
    from: before?.record.version ?? null,
    to: after.record.version,
    changes: jsonChanges(json(before), json(after)),
  };
}

function contentOf({ record }: SubscriptionVersion, configuration: CompiledBrand): SubscriptionContentDto {
  const {
    name: _name,
    version: _version,
    managedBy: _managedBy,
    file: _file,
    ...content
  } = subscriptionView(record, configuration);
  return content;
}

function asJson(content: SubscriptionContentDto): JsonObject {
  const json: unknown = JSON.parse(JSON.stringify(content));
  return isJson(json) && isJsonObject(json) ? json : {};
}
