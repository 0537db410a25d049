import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

/** How insistently a delivery is asked for once more. */
export class RedeliverQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Send again what was delivered: as a delivery of its own, which no vendor takes for a repetition.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  readonly force?: 'true' | 'false';
}
