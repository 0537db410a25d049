import { ApiProperty } from '@nestjs/swagger';
import type { DestinationTypeInfo } from '@patchbay/plugin-host';
import { MESSAGING_CHANNELS, type JsonObject, type MessagingChannel } from '@patchbay/plugin-sdk';
import { PageDto } from '../common/page.dto.js';
import { FieldDto } from './field.dto.js';

/** A class that a destination type declares: its credentials, its settings or its message. */
export class DestinationClassDto {
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'JSON Schema.' })
  readonly schema!: JsonObject;

  @ApiProperty({ type: [FieldDto], description: 'Inputs of a form, in order.' })
  readonly fields!: readonly FieldDto[];
}

/** An action of a destination type. */
export class DestinationActionDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Name of the action in a mapping. Null if the type has a single action, which has no name.',
    example: 'sendText',
  })
  readonly name!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Null if the type has a single action.' })
  readonly label!: string | null;

  @ApiProperty({ type: DestinationClassDto })
  readonly message!: DestinationClassDto;
}

/** Limits of a destination type. */
export class DestinationTypeLimitsDto {
  @ApiProperty({ type: Number, format: 'double', nullable: true })
  readonly ratePerSecond!: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Maximum number of calls that start at once after idle time.',
  })
  readonly burst!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  readonly concurrency!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Maximum duration of an attempt, in milliseconds.' })
  readonly timeoutMs!: number | null;
}

/** Invented account at a sandbox of the demo. */
export class SandboxAccountDto {
  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly credentials!: JsonObject;

  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly settings!: JsonObject;
}

/** A destination type in the catalogue. */
export class DestinationTypeSummaryDto {
  @ApiProperty({ example: 'acme-sms' })
  readonly type!: string;

  @ApiProperty({ example: 'Acme SMS' })
  readonly label!: string;

  @ApiProperty()
  readonly description!: string;

  @ApiProperty({ description: 'Group of the type in the catalogue.', example: 'sms' })
  readonly category!: string;

  @ApiProperty({
    type: String,
    enum: MESSAGING_CHANNELS,
    nullable: true,
    description:
      'Channel of the messages to customers, whose consent, caps and quiet hours apply. Null if the type sends no ' +
      'messages to customers.',
  })
  readonly messaging!: MessagingChannel | null;

  @ApiProperty({ type: String, nullable: true })
  readonly docsUrl!: string | null;

  @ApiProperty({ type: DestinationTypeLimitsDto })
  readonly limits!: DestinationTypeLimitsDto;

  @ApiProperty({ type: DestinationClassDto })
  readonly credentials!: DestinationClassDto;

  @ApiProperty({ type: DestinationClassDto })
  readonly settings!: DestinationClassDto;

  @ApiProperty({
    type: [DestinationActionDto],
    description:
      'Actions of the type, at least one. A mapping chooses one of several actions by its name in `$action`.',
  })
  readonly actions!: readonly DestinationActionDto[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'Default mappings of subscriptions without their own mapping, by event type. `*` applies to all other types.',
  })
  readonly presets!: JsonObject;

  @ApiProperty({ description: 'True if the vendor sends status callbacks.' })
  readonly statusCallback!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Logo as a data URI. Null if the plugin has none.' })
  readonly logo!: string | null;

  @ApiProperty({
    type: SandboxAccountDto,
    nullable: true,
    description: 'Invented account at the sandbox that the hub of the demo calls instead of the vendor. Else null.',
  })
  readonly sandbox!: SandboxAccountDto | null;
}

/** A destination type with its README. */
export class DestinationTypeDto extends DestinationTypeSummaryDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'README of the plugin, in Markdown. Null if the plugin has none.',
  })
  readonly readme!: string | null;
}

/** A page of the catalogue. */
export class DestinationTypePageDto extends PageDto {
  @ApiProperty({ type: [DestinationTypeSummaryDto] })
  readonly data!: readonly DestinationTypeSummaryDto[];
}

/** Builds the catalogue entry of a destination type. */
export function destinationTypeSummary(info: DestinationTypeInfo): DestinationTypeSummaryDto {
  const { ratePerSecond = null, burst = null, concurrency = null, timeoutMs = null } = info.limits;
  return {
    type: info.type,
    label: info.label,
    description: info.description,
    category: info.category,
    messaging: info.messaging,
    docsUrl: info.docsUrl,
    limits: { ratePerSecond, burst, concurrency, timeoutMs },
    credentials: info.credentials,
    settings: info.settings,
    actions: info.actions,
    presets: info.presets,
    statusCallback: info.statusCallback,
    logo: info.logo,
    sandbox: info.sandbox,
  };
}

/** Builds the view of a destination type with its README. */
export function destinationType(info: DestinationTypeInfo): DestinationTypeDto {
  return { ...destinationTypeSummary(info), readme: info.readme };
}
