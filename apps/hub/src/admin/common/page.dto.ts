import { ApiProperty } from '@nestjs/swagger';

/** What every list answers besides its `data`. */
export abstract class PageDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` to get the next page; null: this was the last one.',
  })
  readonly nextCursor!: string | null;
}
