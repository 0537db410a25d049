import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { AffectedDeliveriesDto } from './affected-deliveries.dto.js';
import type { FieldError, Problem } from './problem.js';

/** {@link FieldError}, for the API's documentation. */
export class FieldErrorDto implements FieldError {
  @ApiProperty({ example: 'limit', description: 'Where: a field of the body, a query parameter, a field of a file.' })
  readonly field!: string;

  @ApiProperty({ example: 'limit must not be greater than 200', description: 'What is wrong and how to fix it.' })
  readonly detail!: string;

  @ApiPropertyOptional({ example: 'config/brands/acme.yaml', description: 'Where a file is at fault.' })
  readonly file!: string;

  @ApiPropertyOptional({ example: 12, description: '1-based.' })
  readonly line!: number;
}

/** {@link Problem}, for the API's documentation. */
export class ProblemDto implements Problem {
  @ApiProperty({ enum: ['about:blank'] })
  readonly type!: 'about:blank';

  @ApiProperty({ example: 422 })
  readonly status!: number;

  @ApiProperty({ example: 'Unprocessable Content' })
  readonly title!: string;

  @ApiPropertyOptional({ example: 'Some parameters do not fit.', description: 'What is wrong and how to fix it.' })
  readonly detail!: string;

  @ApiPropertyOptional({ type: [FieldErrorDto], description: 'Each field at fault.' })
  readonly errors!: readonly FieldErrorDto[];

  @ApiPropertyOptional({
    type: [AffectedDeliveriesDto],
    description: 'Waiting deliveries that a change would affect, if it needs a confirmation.',
  })
  readonly affectedDeliveries?: readonly AffectedDeliveriesDto[];

  @ApiPropertyOptional({
    type: [String],
    description: 'Brands that would change from `pii-less` to `standard`, if that needs a confirmation.',
  })
  readonly leavesPiiLess?: readonly string[];
}

/** Documents an error answer (RFC 9457). */
export function ApiProblem(status: number, description: string): ClassDecorator & MethodDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ApiResponse({
      status,
      description,
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
    }),
  );
}
