import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { AffectedDeliveriesDto } from './affected-deliveries.dto.js';
import type { FieldError, Problem } from './problem.js';

/** Class form of {@link FieldError}, for the API documentation. */
export class FieldErrorDto implements FieldError {
  @ApiProperty({ example: 'limit', description: 'Field of the body or of a file, or a query parameter.' })
  readonly field!: string;

  @ApiProperty({ example: 'limit must not be greater than 200', description: 'Problem and how to fix it.' })
  readonly detail!: string;

  @ApiPropertyOptional({
    example: 'config/brands/acme.yaml',
    description: 'File of the field. Omitted if the error is not in a file.',
  })
  readonly file!: string;

  @ApiPropertyOptional({ example: 12, description: 'Line number, starting at 1. Omitted if it is not known.' })
  readonly line!: number;
}

/** Class form of {@link Problem}, for the API documentation. */
export class ProblemDto implements Problem {
  @ApiProperty({ enum: ['about:blank'] })
  readonly type!: 'about:blank';

  @ApiProperty({ example: 422 })
  readonly status!: number;

  @ApiProperty({ example: 'Unprocessable Content' })
  readonly title!: string;

  @ApiPropertyOptional({
    example: 'Some query parameters are invalid or unknown. Correct the parameters in `errors`.',
    description: 'Problem and how to fix it.',
  })
  readonly detail!: string;

  @ApiPropertyOptional({ type: [FieldErrorDto], description: 'Invalid fields.' })
  readonly errors!: readonly FieldErrorDto[];

  @ApiPropertyOptional({
    type: [AffectedDeliveriesDto],
    description: 'Waiting deliveries that the change would affect. Set if the change needs a confirmation.',
  })
  readonly affectedDeliveries?: readonly AffectedDeliveriesDto[];

  @ApiPropertyOptional({
    type: [String],
    description: 'Brands that would change from `pii-less` to `standard`. Set if the change needs a confirmation.',
  })
  readonly leavesPiiLess?: readonly string[];
}

/** Documents an error response (RFC 9457). */
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
