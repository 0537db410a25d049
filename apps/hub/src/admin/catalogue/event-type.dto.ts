import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { FilterText } from '../common/filter-text.decorator.js';
import { PageQuery, PageDto } from '../common/page.dto.js';

/** Filter and page of the event types. */
export class EventTypesQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'patchbay', description: 'Only event types of this adapter.' })
  @FilterText()
  readonly adapter?: string;
}

/** An event type that an adapter declares. Events of other types are accepted too. */
export class EventTypeDto {
  @ApiProperty({
    example: 'capillary',
    description: 'Adapter of the source. `patchbay` stands for operational events of the hub.',
  })
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
    description: 'Example of `data` with invented values. Null if there is none.',
  })
  readonly sample!: JsonObject | null;

  @ApiProperty({ type: [String], description: 'Paths that a brand in mode `pii-less` stores.' })
  readonly safePaths!: readonly string[];
}

/** A page of event types. */
export class EventTypePageDto extends PageDto {
  @ApiProperty({ type: [EventTypeDto] })
  readonly data!: readonly EventTypeDto[];
}
