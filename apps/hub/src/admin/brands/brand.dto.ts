import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { capsContent, maskedLookups } from '@patchbay/config';
import { brandSettings, type BrandRecord } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { ManagedDto, managedView } from '../common/managed.dto.js';
import { MASK } from '../common/mask.js';
import { PageDto } from '../common/page.dto.js';
import { ConfigurationWarningDto, WRITE_WARNINGS } from '../configuration/configuration-warning.dto.js';

/** Privacy settings of a brand: the parts of its events that are stored. */
export class PrivacyDto {
  @ApiProperty({ enum: ['standard', 'pii-less'] })
  readonly mode!: 'standard' | 'pii-less';

  @ApiProperty({
    type: [String],
    description:
      'In mode `pii-less`: paths that are stored in addition to the paths that the source adapter declares safe.',
  })
  readonly keep!: readonly string[];

  @ApiProperty({
    type: [String],
    description: 'Personal paths in addition to the paths that the source adapter declares personal.',
  })
  readonly personal!: readonly string[];
}

/** Sources of recipient data for a brand's messages. */
export class RecipientsDto {
  @ApiProperty({
    enum: ['event', 'enriched', 'resolver'],
    isArray: true,
    description: 'Order of the sources. For each field, the first source that has a value is used.',
  })
  readonly order!: readonly ('event' | 'enriched' | 'resolver')[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { type: 'http', url: 'https://crm.acme.example/contacts', headers: { authorization: MASK } },
    description: "The brand's own API for contact data. Values that may be secret are masked. Null if not configured.",
  })
  readonly resolver!: JsonObject | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    example: { sms: '{{ recipient.smsOptIn }}' },
    description:
      'For each channel, the template that tells if a customer gave consent to promotional messages. Null if not configured.',
  })
  readonly consent!: JsonObject | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    example: { sms: "{{ enriched.customer.subscriptions.sms.TRANS | default: 'OPTIN' }}" },
    description: 'Like `consent`, for transactional messages. Null if they need no consent.',
  })
  readonly transactionalConsent!: JsonObject | null;
}

/** Maximum number of promotional messages in any period of length `per`. */
export class CapDto {
  @ApiProperty({ example: 3 })
  readonly max!: number;

  @ApiProperty({ example: '1d' })
  readonly per!: string;
}

/** Limits of promotional messages per customer, for each channel. */
export class CapsDto {
  @ApiPropertyOptional({ type: CapDto })
  readonly sms?: CapDto;

  @ApiPropertyOptional({ type: CapDto })
  readonly email?: CapDto;

  @ApiPropertyOptional({ type: CapDto })
  readonly push?: CapDto;

  @ApiPropertyOptional({ type: CapDto })
  readonly whatsapp?: CapDto;

  @ApiPropertyOptional({ type: CapDto })
  readonly chat?: CapDto;
}

/** Messaging rules for all messages of a brand. */
export class BrandMessagingDto {
  @ApiProperty({ type: CapsDto })
  readonly caps!: CapsDto;
}

/** A brand, with the fields of its file. */
export class BrandDto extends ManagedDto {
  @ApiProperty({ example: 'acme' })
  readonly name!: string;

  @ApiProperty({ example: 'Asia/Kolkata', description: 'IANA time zone.' })
  readonly timezone!: string;

  @ApiProperty({ type: PrivacyDto })
  readonly privacy!: PrivacyDto;

  @ApiProperty({ enum: ['7d', '30d', '90d', '400d'], description: 'Time for which events and deliveries are stored.' })
  readonly retention!: string;

  @ApiProperty({ type: RecipientsDto })
  readonly recipients!: RecipientsDto;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { capillary: { baseUrl: 'https://eu.api.capillarytech.com', key: MASK, secret: MASK } },
    description: "APIs that enrich the brand's events. Values that may be secret are masked. Null if not configured.",
  })
  readonly enrichment!: JsonObject | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { capillary: { baseUrl: 'https://eu.api.capillarytech.com', key: MASK, secret: MASK, org: 1800 } },
    description: 'Access to the platform that sends the events. Secrets are masked. Null if not configured.',
  })
  readonly platform!: JsonObject | null;

  @ApiProperty({
    type: BrandMessagingDto,
    nullable: true,
    description: 'Null if the number of messages per customer is not limited.',
  })
  readonly messaging!: BrandMessagingDto | null;

  @ApiProperty({
    type: [String],
    example: ['recipients.resolver'],
    description: 'Lookups that are not called, because their credentials were refused.',
  })
  readonly pausedLookups!: readonly string[];
}

/** A brand that was written, with what the checks found. */
export class WrittenBrandDto extends BrandDto {
  @ApiProperty({ type: [ConfigurationWarningDto], description: WRITE_WARNINGS })
  readonly warnings!: readonly ConfigurationWarningDto[];
}

/** A page of brands. */
export class BrandPageDto extends PageDto {
  @ApiProperty({ type: [BrandDto] })
  readonly data!: readonly BrandDto[];
}

/** Builds the API view of a brand, with its resolver and its enrichment. Secrets are masked. */
export function brandView(brand: BrandRecord): BrandDto {
  const { resolver, consent, transactionalConsent, enrichment, platform } = maskedLookups(brandSettings(brand), MASK);
  return {
    name: brand.name,
    timezone: brand.timezone,
    privacy: brand.privacy,
    retention: `${brand.retentionDays}d`,
    recipients: { order: brand.recipientOrder, resolver, consent, transactionalConsent },
    enrichment,
    platform,
    messaging: brand.caps === undefined ? null : { caps: capsContent(brand.caps) },
    pausedLookups: [...(brand.pausedLookups?.keys() ?? [])],
    ...managedView(brand),
  };
}
