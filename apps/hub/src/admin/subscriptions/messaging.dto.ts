import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FALLBACK_TRIGGERS } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';

/** Daily period in which nothing is sent. */
export class QuietHoursDto {
  @ApiProperty({ example: '21:00' })
  readonly from!: string;

  @ApiProperty({ example: '09:00', description: 'End of the period; may be on the next day.' })
  readonly to!: string;
}

/** A step of a fallback. */
export class FallbackStepDto {
  @ApiProperty({ example: 'push', description: 'Name of a destination.' })
  readonly destination!: string;

  @ApiPropertyOptional({
    enum: FALLBACK_TRIGGERS,
    isArray: true,
    description: 'Triggers that start the step. Default: all.',
  })
  readonly on?: readonly (typeof FALLBACK_TRIGGERS)[number][];

  @ApiPropertyOptional({
    example: '10m',
    description: 'Time after sending during which a failure status starts the step. Default: 1h.',
  })
  readonly after?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Mapping of the step. Default: the preset of the destination type.',
  })
  readonly mapping?: JsonObject | string;
}

/** Messaging rules of a subscription, with the fields of a brand file. */
export class MessagingDto {
  @ApiProperty({ enum: ['transactional', 'promotional'] })
  readonly purpose!: 'transactional' | 'promotional';

  @ApiPropertyOptional({ type: QuietHoursDto })
  readonly quietHours?: QuietHoursDto;

  @ApiPropertyOptional({ example: '10m', description: 'Time during which a digest collects events.' })
  readonly digest?: string;

  @ApiPropertyOptional({ example: '1d', description: 'Age after which a message is not sent any more.' })
  readonly expireAfter?: string;

  @ApiPropertyOptional({ example: '5m', description: 'Delay before the first attempt.' })
  readonly sendAfter?: string;

  @ApiPropertyOptional({
    description:
      'Event types that cancel a waiting message, optionally with the path whose value both events must share.',
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
