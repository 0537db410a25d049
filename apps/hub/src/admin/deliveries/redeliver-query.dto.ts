import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/optional.js';

/** Options of a redelivery. */
export class RedeliverQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description:
      'Send a succeeded delivery again, as a new delivery with a new idempotency key, so that vendors do not drop it ' +
      'as a duplicate.',
  })
  @Optional()
  @IsIn(['true', 'false'])
  readonly force?: 'true' | 'false';
}
