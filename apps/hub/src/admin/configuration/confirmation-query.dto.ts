import { ApiPropertyOptional } from '@nestjs/swagger';
import type { Confirmation } from '@patchbay/core';
import { Type } from 'class-transformer';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';

const AT_MOST = {
  type: Number,
  minimum: 0,
  default: 0,
  description:
    'Maximum number of waiting deliveries that the change may cancel, hold or send by another destination type. If ' +
    'it would affect more, nothing is changed and the 409 has the number.',
} as const;

/** Confirmation of a change to a brand's sources, destinations or subscriptions. */
export class ConfirmationQuery {
  @ApiPropertyOptional(AT_MOST)
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly atMost: number = 0;
}

/** Confirmation of a change to a brand itself. */
export class BrandConfirmationQuery extends ConfirmationQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'Confirm that the brand changes from `pii-less` to `standard` and then stores personal data.',
  })
  @Optional()
  @IsIn(['true', 'false'])
  readonly confirmPrivacy: 'true' | 'false' = 'false';
}

/** Confirmation of deleting a destination. */
export class DeleteDestinationQuery extends ConfirmationQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description:
      'Delete the destination regardless of the number of waiting deliveries. They are cancelled within an hour.',
  })
  @Optional()
  @IsIn(['true', 'false'])
  readonly force: 'true' | 'false' = 'false';
}

/** Converts the query to a confirmation. */
export function confirmationOf(
  query: ConfirmationQuery &
    Partial<Pick<BrandConfirmationQuery, 'confirmPrivacy'>> &
    Partial<Pick<DeleteDestinationQuery, 'force'>>,
): Confirmation {
  return {
    atMost: query.force === 'true' ? Number.MAX_SAFE_INTEGER : query.atMost,
    confirmPrivacy: query.confirmPrivacy === 'true',
  };
}
