import { ApiProperty } from '@nestjs/swagger';
import { DELIVERY_ERROR_KINDS, type DeliveryErrorKind } from '@patchbay/plugin-sdk';

/** Result of a test of a destination's credentials. */
export class VerificationDto {
  @ApiProperty({ description: 'True if the vendor accepted the credentials.' })
  readonly ok!: boolean;

  @ApiProperty({
    enum: DELIVERY_ERROR_KINDS,
    nullable: true,
    description: 'Error kind of a failed test. Null if it passed or if nothing was sent.',
  })
  readonly errorKind!: DeliveryErrorKind | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Cause of the failure and how to fix it, or a note. Null if there is none.',
  })
  readonly message!: string | null;

  @ApiProperty({ description: 'True if this test resumed the destination.' })
  readonly resumed!: boolean;
}
