import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { ManagedDto } from '../common/managed.dto.js';
import { MASK } from '../common/mask.js';
import { PageDto } from '../common/page.dto.js';

/** What is kept of a brand's events, and how. */
export class PrivacyDto {
  @ApiProperty({ enum: ['standard', 'pii-less'] })
  readonly mode!: 'standard' | 'pii-less';

  @ApiProperty({ type: [String], description: '`pii-less`: paths kept besides those known to be safe.' })
  readonly keep!: readonly string[];

  @ApiProperty({ type: [String], description: 'Paths that are personal besides those known to be.' })
  readonly personal!: readonly string[];
}

/** Where the recipients of a brand's messages come from. */
export class RecipientsDto {
  @ApiProperty({
    enum: ['event', 'enriched', 'resolver'],
    isArray: true,
    description: 'The first to name a field wins.',
  })
  readonly order!: readonly ('event' | 'enriched' | 'resolver')[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { type: 'http', url: 'https://crm.acme.example/contacts', headers: { authorization: MASK } },
    description: "The brand's own API that is asked for contacts. Whatever could be a secret is masked.",
  })
  readonly resolver!: JsonObject | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    example: { sms: '{{ recipient.smsOptIn }}' },
    description: 'By channel: whether a customer agreed to be written to.',
  })
  readonly consent!: JsonObject | null;
}

/** At most so many promotional messages in any span of time. */
export class CapDto {
  @ApiProperty({ example: 3 })
  readonly max!: number;

  @ApiProperty({ example: '1d' })
  readonly per!: string;
}

/** How many messages a customer may get, by channel. */
export class CapsDto {
  @ApiPropertyOptional({ type: CapDto })
  readonly sms?: CapDto;

  @ApiPropertyOptional({ type: CapDto })
  readonly email?: CapDto;

  @ApiPropertyOptional({ type: CapDto })
  readonly push?: CapDto;
}

/** What holds for all messages of a brand. */
export class BrandMessagingDto {
  @ApiProperty({ type: CapsDto })
  readonly caps!: CapsDto;
}

/** A brand, in the words of its file. */
export class BrandDto extends ManagedDto {
  @ApiProperty({ example: 'acme' })
  readonly name!: string;

  @ApiProperty({ example: 'Asia/Kolkata', description: 'An IANA time zone.' })
  readonly timezone!: string;

  @ApiProperty({ type: PrivacyDto })
  readonly privacy!: PrivacyDto;

  @ApiProperty({ enum: ['7d', '30d', '90d', '400d'], description: 'How long events and deliveries are kept.' })
  readonly retention!: string;

  @ApiProperty({ type: RecipientsDto })
  readonly recipients!: RecipientsDto;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { capillary: { baseUrl: 'https://eu.api.capillarytech.com', key: MASK, secret: MASK } },
    description: 'Where its events are enriched from. Whatever could be a secret is masked.',
  })
  readonly enrichment!: JsonObject | null;

  @ApiProperty({
    type: BrandMessagingDto,
    nullable: true,
    description: 'null: customers may get any number of messages.',
  })
  readonly messaging!: BrandMessagingDto | null;
}

/** A page of brands. */
export class BrandPageDto extends PageDto {
  @ApiProperty({ type: [BrandDto] })
  readonly data!: readonly BrandDto[];
}
