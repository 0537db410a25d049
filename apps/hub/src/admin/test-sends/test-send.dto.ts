import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { DELIVERY_ERROR_KINDS, type DeliveryErrorKind, type JsonObject } from '@patchbay/plugin-sdk';
import { IsBoolean, IsIn, IsObject } from 'class-validator';
import { FreeJson, Optional } from '../../http/dto-fields.js';
import { PreviewDto } from '../preview/preview.dto.js';

/** Purposes of messages. */
const PURPOSES = ['transactional', 'promotional'] as const;

/** A test message: a rendered message, a mapping, a subscription or a draft, and its recipient. */
export class TestSendDto extends PickType(PreviewDto, [
  'event',
  'eventId',
  'subscription',
  'draft',
  'step',
  'mapping',
  'source',
]) {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { phone: '+15005550010', locale: 'en' },
    description: 'Recipient as mappings read it: `phone`, `email`, `pushToken`, `locale` and other texts; at most 20.',
  })
  @FreeJson()
  @IsObject()
  readonly recipient!: unknown;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Rendered message, sent as it is.' })
  @FreeJson()
  @Optional()
  @IsObject()
  readonly message?: JsonObject;

  @ApiPropertyOptional({
    enum: PURPOSES,
    description:
      'Purpose of the message, which decides the suppressions that apply. A transactional message needs no consent. ' +
      'Default: the purpose of the subscription or of the draft, else `promotional`.',
  })
  @Optional()
  @IsIn(PURPOSES)
  readonly purpose?: (typeof PURPOSES)[number];

  @ApiPropertyOptional({
    description:
      'True if the recipient agreed to get the message. Replaces the consent rule of the brand, which may read data ' +
      'that is looked up only for deliveries.',
  })
  @Optional()
  @IsBoolean()
  readonly consented?: boolean;
}

/** Request of a test message, without values. */
export class TestRequestDto {
  @ApiProperty({ example: 'POST' })
  readonly method!: string;

  @ApiProperty({ description: 'Without the query; ids in the path are omitted.' })
  readonly url!: string;
}

/** Response of the vendor, redacted. */
export class TestResponseDto {
  @ApiProperty({ type: 'integer' })
  readonly status!: number;

  @ApiProperty({ type: String, nullable: true })
  readonly body!: string | null;
}

/** Outcome of a test message. */
export class TestSentDto {
  @ApiProperty({ description: 'True if the vendor accepted the message, or has it and decides later.' })
  readonly accepted!: boolean;

  @ApiProperty({ type: String, nullable: true, description: "Vendor's id of the message. Null if it returned none." })
  readonly externalId!: string | null;

  @ApiProperty({
    enum: DELIVERY_ERROR_KINDS,
    nullable: true,
    description: 'Error kind. Null if the message was accepted, or if the hub itself failed.',
  })
  readonly errorKind!: DeliveryErrorKind | null;

  @ApiProperty({ type: String, nullable: true, description: 'Cause of the error, or a note. Null if there is none.' })
  readonly message!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly vendorCode!: string | null;

  @ApiProperty({ type: TestRequestDto, nullable: true, description: 'Null if nothing was sent.' })
  readonly request!: TestRequestDto | null;

  @ApiProperty({ type: TestResponseDto, nullable: true })
  readonly response!: TestResponseDto | null;

  @ApiProperty({ type: 'integer', description: 'Duration of the attempt in milliseconds.' })
  readonly durationMs!: number;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Message that was passed to the plugin.' })
  readonly sent!: JsonObject;
}
