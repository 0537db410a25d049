import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FALLBACK_TRIGGERS } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';

/** A daily span in which nothing is sent. */
export class QuietHoursDto {
  @ApiProperty({ example: '21:00' })
  readonly from!: string;

  @ApiProperty({ example: '09:00', description: 'May be the next day.' })
  readonly to!: string;
}

/** One more way to reach the customer. */
export class FallbackStepDto {
  @ApiProperty({ example: 'push', description: 'The name of a destination.' })
  readonly destination!: string;

  @ApiPropertyOptional({
    enum: FALLBACK_TRIGGERS,
    isArray: true,
    description: 'What calls it. Left out: all of these.',
  })
  readonly on?: readonly (typeof FALLBACK_TRIGGERS)[number][];

  @ApiPropertyOptional({
    example: '10m',
    description: 'Time after sending in which a failure status still starts the step. Default: 1h.',
  })
  readonly after?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: "Left out: the destination type's preset.",
  })
  readonly mapping?: JsonObject | string;
}

/** When, whether and as what messages go out, in the words of a brand's file. */
export class MessagingDto {
  @ApiProperty({ enum: ['transactional', 'promotional'] })
  readonly purpose!: 'transactional' | 'promotional';

  @ApiPropertyOptional({ type: QuietHoursDto })
  readonly quietHours?: QuietHoursDto;

  @ApiPropertyOptional({ example: '10m', description: 'How long a digest collects events.' })
  readonly digest?: string;

  @ApiPropertyOptional({ example: '1d', description: 'Older than that nothing is sent.' })
  readonly expireAfter?: string;

  @ApiPropertyOptional({ example: '5m', description: 'How long a message waits before it is first attempted.' })
  readonly sendAfter?: string;

  @ApiPropertyOptional({
    description: 'Event types that make a message needless while it waits; or these and the path that joins them.',
    oneOf: [
      { type: 'array', items: { type: 'string' } },
      {
        type: 'object',
        required: ['events'],
        properties: { events: { type: 'array', items: { type: 'string' } }, reference: { type: 'string' } },
      },
    ],
  })
  readonly cancelOn?: readonly string[] | { readonly events: readonly string[]; readonly reference?: string };

  @ApiPropertyOptional({ type: [FallbackStepDto] })
  readonly fallback?: readonly FallbackStepDto[];
}
