import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

const CHOICES = ['true', 'false'] as const;

/** Whether personal values are to be shown. */
export class RevealQuery {
  @ApiPropertyOptional({
    enum: CHOICES,
    default: 'false',
    description: 'Show personal values unmasked. The key needs the right to (`reveal`), and the look is audited.',
  })
  @IsOptional()
  @IsIn(CHOICES)
  readonly reveal?: (typeof CHOICES)[number];
}
