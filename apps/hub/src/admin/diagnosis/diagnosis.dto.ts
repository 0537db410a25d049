import { ApiProperty } from '@nestjs/swagger';

/** Result of one check of the hub. */
export class DiagnosisCheckDto {
  @ApiProperty({ example: 'database' })
  readonly name!: string;

  @ApiProperty({ example: 'PostgreSQL 18.4, 12 of 97 connections in use', description: 'Facts, without secrets.' })
  readonly facts!: string;

  @ApiProperty({ type: [String], description: 'Problems, each with its fix. Empty if there is none.' })
  readonly problems!: readonly string[];

  @ApiProperty({ type: [String], description: 'Observations that may need an action. Empty if there is none.' })
  readonly warnings!: readonly string[];
}

/** Checks of the process that answers, and of the services that it uses. */
export class DiagnosisDto {
  @ApiProperty({ example: '1.0.0', description: 'Version of the hub.' })
  readonly version!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'https://hub.example.com',
    description: 'URL at which vendors reach the hub. Null if PATCHBAY_PUBLIC_URL is not set.',
  })
  readonly publicUrl!: string | null;

  @ApiProperty({ type: [DiagnosisCheckDto] })
  readonly checks!: readonly DiagnosisCheckDto[];
}
