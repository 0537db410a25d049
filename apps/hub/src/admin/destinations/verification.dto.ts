import { ApiProperty } from '@nestjs/swagger';
import { DELIVERY_ERROR_KINDS, type DeliveryErrorKind } from '@patchbay/plugin-sdk';

/** What a test of a destination's credentials came to. */
export class VerificationDto {
  @ApiProperty({ description: 'The vendor took the credentials.' })
  readonly ok!: boolean;

  @ApiProperty({ enum: DELIVERY_ERROR_KINDS, nullable: true, description: 'What kept it from passing.' })
  readonly errorKind!: DeliveryErrorKind | null;

  @ApiProperty({ type: String, nullable: true, description: 'What is wrong and how to fix it, or what else to know.' })
  readonly message!: string | null;

  @ApiProperty({ description: 'It was paused for its credentials, and goes on now.' })
  readonly resumed!: boolean;
}
