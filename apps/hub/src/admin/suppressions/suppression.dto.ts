import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  SUPPRESSION_ORIGINS,
  SUPPRESSION_REASONS,
  type Suppression,
  type SuppressionOrigin,
  type SuppressionReason,
} from '@patchbay/core';
import { ADDRESS_KINDS, MESSAGING_CHANNELS, type AddressKind, type MessagingChannel } from '@patchbay/plugin-sdk';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { ONE_LINE, Optional } from '../../http/dto-fields.js';
import { PageDto, PageQuery } from '../common/page.dto.js';
import { isoTime } from '../common/time-range.dto.js';

const MAX_PER_CALL = 1_000;
const MAX_ADDRESS = 4_096;
const MAX_NOTE = 200;
const CHOICES = ['true', 'false'] as const;
const PURPOSES = ['promotional'] as const;

const REASON_TEXT =
  '`hard_bounce`: the address does not exist. `complaint`: the customer reported spam. `opt_out`: the customer ' +
  'refused messages. `invalid`: the address cannot receive messages, which counts as no recipient. `manual`: the ' +
  'decision of a person.';

/** An address that must not be messaged. */
export class NewSuppressionDto {
  @ApiProperty({ enum: ADDRESS_KINDS })
  @IsIn(ADDRESS_KINDS)
  readonly kind!: AddressKind;

  @ApiProperty({
    example: '+15005550006',
    description: 'A phone number with its country code, an e-mail address, or a push token.',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_ADDRESS)
  @Matches(ONE_LINE, { message: 'address must not contain control characters or lone surrogates' })
  readonly address!: string;

  @ApiPropertyOptional({ enum: SUPPRESSION_REASONS, default: 'manual', description: REASON_TEXT })
  @Optional()
  @IsIn(SUPPRESSION_REASONS)
  readonly reason: SuppressionReason = 'manual';

  @ApiPropertyOptional({ enum: MESSAGING_CHANNELS, description: 'Omit it to stop messages of all channels.' })
  @Optional()
  @IsIn(MESSAGING_CHANNELS)
  readonly channel?: MessagingChannel;

  @ApiPropertyOptional({ enum: PURPOSES, description: 'Omit it to stop transactional messages too.' })
  @Optional()
  @IsIn(PURPOSES)
  readonly purpose?: 'promotional';

  @ApiPropertyOptional({ example: 'sms', description: 'Name of a destination. Omit it to stop all destinations.' })
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  readonly sender?: string;

  @ApiPropertyOptional({ example: 'Asked by phone', description: 'Never write a personal value into the note.' })
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NOTE)
  @Matches(ONE_LINE, { message: 'note must not contain control characters or lone surrogates' })
  readonly note?: string;
}

/** Addresses to add to the suppression list. */
export class AddSuppressionsDto {
  @ApiProperty({ type: [NewSuppressionDto], minItems: 1, maxItems: MAX_PER_CALL })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_PER_CALL)
  @ValidateNested({ each: true })
  @Type(() => NewSuppressionDto)
  readonly suppressions!: readonly NewSuppressionDto[];
}

/** Result of an addition. */
export class SuppressionsAddedDto {
  @ApiProperty({ type: 'integer', description: 'Number of suppressions that were not on the list.' })
  readonly added!: number;

  @ApiProperty({ type: 'integer', description: 'Number of suppressions that were already on the list.' })
  readonly known!: number;
}

/** Filter of the list. */
export class SuppressionQuery extends PageQuery {
  @ApiPropertyOptional({ example: '+15005550006', description: 'Only suppressions of this address. Requires `kind`.' })
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_ADDRESS)
  readonly address?: string;

  @ApiPropertyOptional({ enum: ADDRESS_KINDS, description: 'Only suppressions of this kind of address.' })
  @Optional()
  @IsIn(ADDRESS_KINDS)
  readonly kind?: AddressKind;

  @ApiPropertyOptional({ enum: SUPPRESSION_REASONS, description: REASON_TEXT })
  @Optional()
  @IsIn(SUPPRESSION_REASONS)
  readonly reason?: SuppressionReason;
}

/** Query of one suppression. */
export class RevealedSuppressionQuery {
  @ApiPropertyOptional({
    enum: CHOICES,
    default: 'false',
    description: 'Show the address. Requires a key with `reveal`; each access is recorded in the audit log.',
  })
  @Optional()
  @IsIn(CHOICES)
  readonly reveal?: (typeof CHOICES)[number];
}

/** A suppression. */
export class SuppressionDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ enum: ADDRESS_KINDS })
  readonly kind!: AddressKind;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The address. Null unless `reveal` is set, and in `pii-less` brands, which store only its keyed hash.',
  })
  readonly address!: string | null;

  @ApiProperty({ description: "Hash of the address under the brand's key. Equal for all entries of one address." })
  readonly addressHash!: string;

  @ApiProperty({ enum: SUPPRESSION_REASONS, description: REASON_TEXT })
  readonly reason!: SuppressionReason;

  @ApiProperty({ type: String, enum: MESSAGING_CHANNELS, nullable: true, description: 'Null for all channels.' })
  readonly channel!: MessagingChannel | null;

  @ApiProperty({ type: String, enum: PURPOSES, nullable: true, description: 'Null for messages of each purpose.' })
  readonly purpose!: 'promotional' | null;

  @ApiProperty({ type: String, nullable: true, description: 'Name of a destination. Null for all destinations.' })
  readonly sender!: string | null;

  @ApiProperty({
    enum: SUPPRESSION_ORIGINS,
    description:
      '`callback`: a status callback reported the address. `answer`: the vendor refused a message with this reason. ' +
      '`person`: a person added it.',
  })
  readonly origin!: SuppressionOrigin;

  @ApiProperty({ description: 'Name of the destination, API key or person that reported the address.' })
  readonly reportedBy!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Code of the vendor, or the note of a person.' })
  readonly detail!: string | null;

  @ApiProperty({ format: 'date-time' })
  readonly createdAt!: string;
}

/** A page of suppressions, newest first. */
export class SuppressionPageDto extends PageDto {
  @ApiProperty({ type: [SuppressionDto] })
  readonly data!: readonly SuppressionDto[];
}

/** Builds the API view of a suppression. @param address the revealed address, or null */
export function suppressionView(suppression: Suppression, address: string | null): SuppressionDto {
  const { id, kind, addressHash, reason, channel, purpose, sender, origin, reportedBy, detail, createdAt } =
    suppression;
  const scope = { channel, purpose, sender };
  return {
    id,
    kind,
    address,
    addressHash,
    reason,
    ...scope,
    origin,
    reportedBy,
    detail,
    createdAt: isoTime(createdAt),
  };
}
