import { ApiProperty } from '@nestjs/swagger';
import type { PausedBy } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { MASK } from '../common/mask.js';
import { ManagedDto } from '../common/managed.dto.js';
import { PageDto } from '../common/page.dto.js';

/** What a destination can bear; null: as its type says. */
export class DestinationLimitsDto {
  @ApiProperty({ type: Number, nullable: true })
  readonly ratePerSecond!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Calls that may go out at once after a pause.' })
  readonly burst!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  readonly concurrency!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Milliseconds of one attempt.' })
  readonly timeoutMs!: number | null;
}

/** When a failed delivery is retried. */
export class RetryDto {
  @ApiProperty({
    type: [String],
    example: ['0s', '5s', '5m', '2h'],
    description: 'How long each attempt waits for, the first included.',
  })
  readonly schedule!: readonly string[];

  @ApiProperty({
    enum: ['retry', 'hold'],
    nullable: true,
    description: 'Where the answer was lost; null: retry where the vendor drops what is repeated, else hold.',
  })
  readonly onUnconfirmed!: 'retry' | 'hold' | null;
}

/** A brand's configured instance of a destination type. */
export class DestinationDto extends ManagedDto {
  @ApiProperty({ format: 'uuid', description: 'As status callbacks name it.' })
  readonly id!: string;

  @ApiProperty({ example: 'sms' })
  readonly name!: string;

  @ApiProperty({ example: 'acme-sms' })
  readonly type!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { apiKey: MASK },
    description: 'Write-only: a mask for each value that is set.',
  })
  readonly credentials!: JsonObject;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Secret ones are masked.' })
  readonly settings!: JsonObject;

  @ApiProperty({ type: DestinationLimitsDto })
  readonly limits!: DestinationLimitsDto;

  @ApiProperty({ type: RetryDto })
  readonly retry!: RetryDto;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      "URL for the vendor's status callbacks, to be set in the vendor's console if it is not sent along with each " +
      'message. Shown by GET of one destination to operators and admins only, each time noted in the audit log: keep ' +
      'it secret. Null in other answers, if the type has no callbacks, or if PATCHBAY_PUBLIC_URL is not set.',
  })
  readonly callbackUrl!: string | null;

  @ApiProperty({ description: 'Its deliveries are held until it is resumed.' })
  readonly paused!: boolean;

  @ApiProperty({ type: String, nullable: true })
  readonly pausedReason!: string | null;

  @ApiProperty({
    enum: ['person', 'hub'],
    nullable: true,
    description: 'A person, who also says when it goes on, or the hub: then a test that passes ends it.',
  })
  readonly pausedBy!: PausedBy | null;

  @ApiProperty({ description: 'It has vanished from its file, which pauses it until the file names it again.' })
  readonly disabled!: boolean;
}

/** A new callback URL. */
export class RotatedCallbackDto {
  @ApiProperty({ type: String, nullable: true, description: 'Null if PATCHBAY_PUBLIC_URL is not set.' })
  readonly callbackUrl!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when the URL before is valid as well.',
  })
  readonly previousValidUntil!: string | null;
}

/** A page of destinations. */
export class DestinationPageDto extends PageDto {
  @ApiProperty({ type: [DestinationDto] })
  readonly data!: readonly DestinationDto[];
}
