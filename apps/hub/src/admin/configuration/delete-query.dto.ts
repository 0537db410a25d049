import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/optional.js';

/** Whether deleting may cost something. */
export class DeleteDestinationQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'Delete it although deliveries wait for it: they end as cancelled, within the hour.',
  })
  @Optional()
  @IsIn(['true', 'false'])
  readonly force: 'true' | 'false' = 'false';
}
