import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/optional.js';

/** How insistently a delivery is asked for once more. */
export class RedeliverQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Send again what was delivered: as a delivery of its own, which no vendor takes for a repetition.',
  })
  @Optional()
  @IsIn(['true', 'false'])
  readonly force?: 'true' | 'false';
}
