import { ApiProperty } from '@nestjs/swagger';
import type { ManagedBy } from '@patchbay/core';

/** Base of all objects that a file, the API or the hub manages. */
export abstract class ManagedDto {
  @ApiProperty({
    enum: ['file', 'api', 'hub'],
    description:
      '`file`: changed by its file. `api`: changed over the API. `hub`: created by the hub and cannot be changed.',
  })
  readonly managedBy!: ManagedBy;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'brands/acme.yaml',
    description: 'File that manages the object, relative to the configuration folder. Null if no file manages it.',
  })
  readonly file!: string | null;
}

/** Builds the `managedBy` and `file` fields of an object. */
export function managedView({ managedBy, file }: { managedBy: ManagedBy; file: string | null }): ManagedDto {
  return { managedBy, file };
}
