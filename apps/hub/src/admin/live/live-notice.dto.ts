import { ApiProperty } from '@nestjs/swagger';
import type { LiveNotice, NewRows } from '@patchbay/core';

/** Class form of {@link NewRows}, for the API documentation. */
export class NewRowsDto implements NewRows {
  @ApiProperty({ description: 'Number of rows that were created since the last notice.' })
  readonly count!: number;

  @ApiProperty({ description: 'False if there are more new rows than `count`.' })
  readonly countIsExact!: boolean;

  @ApiProperty({ format: 'uuid' })
  readonly newestId!: string;
}

/** Class form of {@link LiveNotice}, for the API documentation: data of the event `change`. */
export class LiveNoticeDto implements LiveNotice {
  @ApiProperty({ type: NewRowsDto, nullable: true, description: 'Null if there are no new events.' })
  readonly events!: NewRowsDto | null;

  @ApiProperty({ type: NewRowsDto, nullable: true, description: 'Null if there are no new deliveries.' })
  readonly deliveries!: NewRowsDto | null;

  @ApiProperty({ type: Number, nullable: true, description: 'New revision of the brand, or null.' })
  readonly revision!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Number of the newest pause or resumption in the brand. Null if it is unchanged.',
  })
  readonly pauseSeq!: number | null;
}
