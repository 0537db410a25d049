import { ApiProperty } from '@nestjs/swagger';

/** Request to connect a destination at its vendor. */
export class ConnectRequestDto {
  @ApiProperty({
    example: 'https://login.vendor.example/authorize?response_type=code&client_id=…',
    description: 'Page of the vendor at which a person allows the access. Works once.',
  })
  readonly authorizeUrl!: string;

  @ApiProperty({ format: 'date-time', description: 'Time until which the person has to come back to the hub.' })
  readonly expiresAt!: string;
}
