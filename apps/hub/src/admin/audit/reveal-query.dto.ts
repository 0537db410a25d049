import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/optional.js';

const CHOICES = ['true', 'false'] as const;

/** Option that shows personal values. */
export class RevealQuery {
  @ApiPropertyOptional({
    enum: CHOICES,
    default: 'false',
    description:
      'Show personal values unmasked. Requires a key with `reveal`; each access is recorded in the audit log.',
  })
  @Optional()
  @IsIn(CHOICES)
  readonly reveal?: (typeof CHOICES)[number];
}
