import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/optional.js';

const CHOICES = ['true', 'false'] as const;

/** Whether personal values are to be shown. */
export class RevealQuery {
  @ApiPropertyOptional({
    enum: CHOICES,
    default: 'false',
    description: 'Show personal values unmasked. The key needs the right to (`reveal`), and the look is audited.',
  })
  @Optional()
  @IsIn(CHOICES)
  readonly reveal?: (typeof CHOICES)[number];
}
