import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { FilterText } from '../common/filter-text.decorator.js';
import { PageQuery } from '../common/page-query.dto.js';
import { PageDto } from '../common/page.dto.js';

/** Which event types are listed. */
export class EventTypesQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'patchbay', description: 'Only those of one adapter.' })
  @FilterText()
  readonly adapter?: string;
}

/** An event type that an adapter knows. Others pass all the same. */
export class EventTypeDto {
  @ApiProperty({ example: 'capillary', description: "The adapter of the source; `patchbay` is the hub's own." })
  readonly adapter!: string;

  @ApiProperty({ example: 'pointsIssued' })
  readonly type!: string;

  @ApiProperty({ example: 'Points issued' })
  readonly label!: string;

  @ApiProperty({ example: 'Points' })
  readonly group!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'JSON Schema of `data`.' })
  readonly schema!: JsonObject;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'A `data` of invented values.',
  })
  readonly sample!: JsonObject | null;

  @ApiProperty({ type: [String], description: 'What a brand in mode pii-less keeps of it.' })
  readonly safePaths!: readonly string[];
}

/** A page of event types. */
export class EventTypePageDto extends PageDto {
  @ApiProperty({ type: [EventTypeDto] })
  readonly data!: readonly EventTypeDto[];
}
