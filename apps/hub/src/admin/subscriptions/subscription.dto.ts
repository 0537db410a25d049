import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { messagingContent } from '@patchbay/config';
import { subscriptionSpec, type CompiledBrand, type SubscriptionVersionRecord } from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { ManagedDto, managedView } from '../common/managed.dto.js';
import { PageDto } from '../common/page.dto.js';
import { ConfigurationWarningDto, WRITE_WARNINGS } from '../configuration/configuration-warning.dto.js';
import { MessagingDto } from './messaging.dto.js';

/** Ordering rules of a subscription. */
export class OrderingDto {
  @ApiProperty({ enum: ['customer'] })
  readonly by!: 'customer';

  @ApiProperty({
    type: [String],
    example: ['data.loyaltyProgramId'],
    description: 'Paths whose values are part of the order key: deliveries with different values are independent.',
  })
  readonly paths!: readonly string[];

  @ApiProperty({
    enum: ['skip', 'block'],
    description: '`block`: a dead delivery blocks later deliveries of its order key. `skip`: it does not.',
  })
  readonly onDead!: 'skip' | 'block';
}

/** Entry of a route. */
export class RouteEntryDto {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { 'enriched.customer.tier': 'Gold' },
    description: 'Filter, which may also read `enriched` and `recipient`. Left out if the entry matches every event.',
  })
  readonly when?: JsonObject;

  @ApiProperty({ example: 'push', description: 'Name of a destination.' })
  readonly destination!: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Template from event to message. Default: the preset of the destination type.',
  })
  readonly mapping?: JsonObject;
}

/** A subscription. */
export class SubscriptionDto extends ManagedDto {
  @ApiProperty({ example: 'points-sms' })
  readonly name!: string;

  @ApiProperty({
    description: 'Version number, incremented with every change. Existing deliveries keep their version.',
  })
  readonly version!: number;

  @ApiProperty({ example: 'capillary', description: 'Name of a source.' })
  readonly source!: string;

  @ApiProperty({ type: [String], example: ['points*'], description: 'Event types. A trailing `*` matches any ending.' })
  readonly events!: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Filter. Null if every event of these types is taken.',
  })
  readonly when!: JsonObject | null;

  @ApiProperty({ type: [String], example: ['customer'], description: 'Data that is fetched before events are mapped.' })
  readonly enrich!: readonly string[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'sms',
    description: 'Name of a destination. Null if the subscription has a route.',
  })
  readonly destination!: string | null;

  @ApiProperty({
    type: [RouteEntryDto],
    nullable: true,
    description:
      'Entries that choose the destination when a delivery is due; the first match wins. Null if there is a destination.',
  })
  readonly route!: readonly RouteEntryDto[] | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'Template from event to message. Null if the preset of the destination type is used, or if the subscription has ' +
      'a route.',
  })
  readonly mapping!: JsonObject | null;

  @ApiProperty({ type: OrderingDto, nullable: true, description: 'Null if deliveries are not ordered.' })
  readonly ordering!: OrderingDto | null;

  @ApiProperty({
    description: 'True if a delivery is dropped when a newer delivery of the same order key waits or has succeeded.',
  })
  readonly supersede!: boolean;

  @ApiProperty({
    type: MessagingDto,
    nullable: true,
    description: 'Null if the purpose is promotional and no other rule is set.',
  })
  readonly messaging!: MessagingDto | null;
}

/** A subscription that was written, with what the checks found. */
export class WrittenSubscriptionDto extends SubscriptionDto {
  @ApiProperty({ type: [ConfigurationWarningDto], description: WRITE_WARNINGS })
  readonly warnings!: readonly ConfigurationWarningDto[];
}

/** A page of subscriptions. */
export class SubscriptionPageDto extends PageDto {
  @ApiProperty({ type: [SubscriptionDto] })
  readonly data!: readonly SubscriptionDto[];
}

/** Builds the API view of a subscription. Source and destinations are given by name. */
export function subscriptionView(
  subscription: SubscriptionVersionRecord,
  configuration: CompiledBrand,
): SubscriptionDto {
  const { messaging, destination = null, route } = subscriptionSpec(subscription, configuration.records);
  return {
    name: subscription.name,
    version: subscription.version,
    source: configuration.source(subscription.sourceId)?.record.name ?? '',
    events: subscription.events,
    when: subscription.when,
    enrich: subscription.enrich,
    destination,
    route: route ?? null,
    mapping: subscription.mapping,
    ordering: subscription.ordering,
    supersede: subscription.supersede,
    messaging: messaging === undefined ? null : { purpose: messaging.purpose, ...messagingContent(messaging) },
    ...managedView(subscription),
  };
}
