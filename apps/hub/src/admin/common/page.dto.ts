import { ApiProperty } from '@nestjs/swagger';

/** Base of all pages. */
export abstract class PageDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Value of `cursor` for the next page. Null if this is the last page.',
  })
  readonly nextCursor!: string | null;
}
