import { ApiProperty } from '@nestjs/swagger';
import type { ManagedBy } from '@patchbay/core';

/** Who may change an object. */
export abstract class ManagedDto {
  @ApiProperty({
    enum: ['file', 'api', 'hub'],
    description: 'Who may change it: its file, people over the API, or nobody: the hub made it.',
  })
  readonly managedBy!: ManagedBy;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'brands/acme.yaml',
    description: 'The file it is from, within the configuration folder.',
  })
  readonly file!: string | null;
}
