import { ApiProperty } from '@nestjs/swagger';
import { DESTINATION_CATEGORIES, type DestinationCategory, type JsonObject } from '@patchbay/plugin-sdk';
import { PageDto } from '../common/page.dto.js';

/** One of the three classes of a destination type. */
export class DestinationClassDto {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'JSON Schema.' })
  readonly schema!: JsonObject;

  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'The inputs of a form, in order: name, label, help, type, required, secret, choices, example, ….',
  })
  readonly fields!: readonly object[];
}

/** What a destination type can bear. */
export class DestinationTypeLimitsDto {
  @ApiProperty({ type: Number, nullable: true })
  readonly ratePerSecond!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Calls that may go out at once after a pause.' })
  readonly burst!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  readonly concurrency!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Milliseconds.' })
  readonly timeoutMs!: number | null;
}

/** A destination type in the catalogue. */
export class DestinationTypeSummaryDto {
  @ApiProperty({ example: 'acme-sms' })
  readonly type!: string;

  @ApiProperty({ example: 'Acme SMS' })
  readonly label!: string;

  @ApiProperty()
  readonly description!: string;

  @ApiProperty({ enum: DESTINATION_CATEGORIES, example: 'sms' })
  readonly category!: DestinationCategory;

  @ApiProperty({ type: String, nullable: true })
  readonly docsUrl!: string | null;

  @ApiProperty({ type: DestinationTypeLimitsDto })
  readonly limits!: DestinationTypeLimitsDto;

  @ApiProperty({ type: DestinationClassDto })
  readonly credentials!: DestinationClassDto;

  @ApiProperty({ type: DestinationClassDto })
  readonly settings!: DestinationClassDto;

  @ApiProperty({ type: DestinationClassDto })
  readonly message!: DestinationClassDto;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The mapping of a subscription that has none of its own, by event type; `*` is for any.',
  })
  readonly presets!: JsonObject;

  @ApiProperty({ description: 'True if the vendor sends status callbacks.' })
  readonly statusCallback!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'A data URI.' })
  readonly logo!: string | null;
}

/** A destination type with its manual. */
export class DestinationTypeDto extends DestinationTypeSummaryDto {
  @ApiProperty({ type: String, nullable: true, description: 'Markdown.' })
  readonly readme!: string | null;
}

/** A page of the catalogue. */
export class DestinationTypePageDto extends PageDto {
  @ApiProperty({ type: [DestinationTypeSummaryDto] })
  readonly data!: readonly DestinationTypeSummaryDto[];
}
