import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConfigurationProblem } from '@patchbay/core';

/** Finding that does not refuse a change. */
export class ConfigurationWarningDto {
  @ApiPropertyOptional({ example: 'config/brands/acme.yaml', description: 'Left out unless the value is in a file.' })
  readonly file?: string;

  @ApiPropertyOptional({ example: 12, description: 'Line number, starting at 1. Left out if it is not known.' })
  readonly line?: number;

  @ApiProperty({ example: 'subscriptions.points-sms.when.data.pointz' })
  readonly field!: string;

  @ApiProperty({ example: 'data.pointz is not in pointsIssued, so it has no value. Did you mean "data.points"?' })
  readonly message!: string;
}

/** Description of the warnings in the answer to a write. */
export const WRITE_WARNINGS =
  'Parts that probably do not work as intended. Fields are relative to the object. Also names paths and values that the ' +
  'newest stored events do not have.';

/** Builds the API view of warnings about one object. */
export function warningViews(warnings: readonly ConfigurationProblem[]): readonly ConfigurationWarningDto[] {
  return warnings.map(({ field, message }) => ({ field, message }));
}
