import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import {
  type PausedBy,
  formatDuration,
  holdReason,
  openCredentials,
  QUOTA_EXCESS,
  quotaPeriod,
  UNKNOWN_HEALTH,
  type BrandRecord,
  type Clock,
  type DestinationPause,
  type DestinationRecord,
  type MessagingStore,
  type OAuthStatus,
  type OAuthStore,
  type QuotaExcess,
  type QuotaSpec,
  type ReadStore,
  type StoredHealth,
} from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { CLOCK, MESSAGING_STORE, OAUTH_STORE, READ_STORE } from '../../database/database.module.js';
import { MASK, maskAll, maskPaths } from '../common/mask.js';
import { ManagedDto, managedView } from '../common/managed.dto.js';
import { PageDto } from '../common/page.dto.js';
import { isoTimeOrNull } from '../common/time-range.dto.js';
import { DestinationHealthDto, healthView } from './destination-health.dto.js';
import { openDestination } from './open-destination.js';

/** Limits of a destination. If a field is null, the limit of the destination type applies. */
export class DestinationLimitsDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'Group of destinations of the brand that share one rate and one concurrency limit: the strictest limits that the ' +
      'destinations of the group set. Null if the destination has limits of its own.',
  })
  readonly group!: string | null;

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

  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'Time within which the vendor has to report a status of a sent message, in milliseconds, before the operational ' +
      'event `status.missing` is published. If null: one day.',
  })
  readonly statusTimeoutMs!: number | null;
}

/** Retry rules of a destination. */
export class RetryDto {
  @ApiProperty({
    type: [String],
    example: ['0s', '5s', '5m', '2h'],
    description: 'Delay before each attempt, including the first.',
  })
  readonly schedule!: readonly string[];

  @ApiProperty({
    enum: ['retry', 'hold'],
    nullable: true,
    description:
      'Rule for an attempt whose response was lost. Null: `retry` if the vendor drops duplicates, else `hold`.',
  })
  readonly onUnconfirmed!: 'retry' | 'hold' | null;
}

/** Maximum number of messages of a destination per period. */
export class QuotaDto {
  @ApiProperty({ type: 'integer', example: 1_000 })
  readonly max!: number;

  @ApiProperty({ example: '1d', description: "Length of a period. Periods are fixed in the brand's time zone." })
  readonly per!: string;

  @ApiProperty({
    enum: QUOTA_EXCESS,
    description: '`wait`: messages over the quota wait for the next period. `suppress`: they are not sent.',
  })
  readonly excess!: QuotaExcess;

  @ApiProperty({ type: 'integer', description: 'Number of messages that count in the current period.' })
  readonly used!: number;

  @ApiProperty({ format: 'date-time', description: 'Start of the next period.' })
  readonly resetsAt!: string;
}

/** Messaging rules of a destination. They apply to all subscriptions to the destination. */
export class DestinationMessagingDto {
  @ApiProperty({ type: String, nullable: true, example: '30m', description: 'Delay before the first attempt.' })
  readonly sendAfter!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '30d',
    description: 'Time in which a customer gets at most one message of the destination.',
  })
  readonly contactInterval!: string | null;

  @ApiProperty({ type: QuotaDto, nullable: true })
  readonly quota!: QuotaDto | null;
}

/** States of a destination's OAuth connection, as in {@link ConnectionDto}. */
const CONNECTION_STATES = ['connected', 'not_connected', 'refused'] as const;

/** OAuth connection of a destination to an account at its vendor. */
export class ConnectionDto {
  @ApiProperty({
    enum: CONNECTION_STATES,
    description:
      '`not_connected`: no person has connected the destination. `refused`: the vendor no longer accepts the ' +
      'connection, so a person has to connect the destination again.',
  })
  readonly state!: (typeof CONNECTION_STATES)[number];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'End of the access token. The hub refreshes it before. Null if the vendor names no end.',
  })
  readonly expiresAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'contacts.write',
    description: 'Granted scopes, separated by spaces. Null if the vendor names none.',
  })
  readonly scopes!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null if it is not connected.' })
  readonly connectedAt!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Name of the key or person that connected it. Null if it is not connected.',
  })
  readonly connectedBy!: string | null;
}

/** A brand's configured instance of a destination type. */
export class DestinationDto extends ManagedDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the destination, as used in callback URLs.' })
  readonly id!: string;

  @ApiProperty({ example: 'sms' })
  readonly name!: string;

  @ApiProperty({ example: 'acme-sms' })
  readonly type!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { apiKey: MASK },
    description: 'Write-only. Each value that is set is shown as a mask.',
  })
  readonly credentials!: JsonObject;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Settings, secrets masked.' })
  readonly settings!: JsonObject;

  @ApiProperty({ type: DestinationLimitsDto })
  readonly limits!: DestinationLimitsDto;

  @ApiProperty({ type: RetryDto })
  readonly retry!: RetryDto;

  @ApiProperty({ type: DestinationMessagingDto, nullable: true })
  readonly messaging!: DestinationMessagingDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      "URL for the vendor's status callbacks. Set it in the vendor's console if it is not sent along with each " +
      'message. Keep it secret. Only GET of one destination returns it, only to operators and admins, and each ' +
      'access is recorded in the audit log. Null in other responses, if the type has no callbacks, or if ' +
      'PATCHBAY_PUBLIC_URL is not set.',
  })
  readonly callbackUrl!: string | null;

  @ApiProperty({
    type: ConnectionDto,
    nullable: true,
    description: 'OAuth connection. Null if the destination type needs no connection.',
  })
  readonly connection!: ConnectionDto | null;

  @ApiProperty({ description: 'True if deliveries are held until the destination is resumed.' })
  readonly paused!: boolean;

  @ApiProperty({ type: String, nullable: true })
  readonly pausedReason!: string | null;

  @ApiProperty({
    enum: ['person', 'hub'],
    nullable: true,
    description:
      '`person`: a person has to resume it. `hub`: a passed test of the credentials also resumes it. Null if it is ' +
      'not paused.',
  })
  readonly pausedBy!: PausedBy | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Name of the key or person that paused it. Null if the hub paused it, or if it is not paused.',
  })
  readonly pausedByName!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Start of the pause.' })
  readonly pausedAt!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time at which the pause ends by itself. Null if a person has to resume the destination.',
  })
  readonly pausedUntil!: string | null;

  @ApiProperty({ type: DestinationHealthDto })
  readonly health!: DestinationHealthDto;

  @ApiProperty({
    description: 'True if the destination is missing from its file. It is paused until the file has it again.',
  })
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
    description: 'Time until which the previous URL is valid. Null if there is no previous URL.',
  })
  readonly previousValidUntil!: string | null;
}

/** A page of destinations. */
export class DestinationPageDto extends PageDto {
  @ApiProperty({ type: [DestinationDto] })
  readonly data!: readonly DestinationDto[];
}

/**
 * Builds the API view of a destination, with secrets masked.
 * @param secretSettings paths of secrets in the settings of its type
 * @param callbackUrl null if the caller may not see it
 * @param pause undefined if the destination is not paused
 * @param health as its workers reported it
 * @param messaging null if it has no messaging rules
 * @param connection null if its type needs no connection
 */
export function destinationView(
  destination: DestinationRecord,
  brand: BrandRecord,
  secretSettings: readonly string[],
  callbackUrl: string | null,
  pause: DestinationPause | undefined,
  health: StoredHealth,
  messaging: DestinationMessagingDto | null,
  connection: ConnectionDto | null,
): DestinationDto {
  const { group = null, ratePerSecond = null, burst = null, concurrency = null } = destination.limits;
  const { timeoutMs = null, statusTimeoutMs = null } = destination.limits;
  const pausedReason = holdReason(destination, pause);
  return {
    id: destination.id,
    name: destination.name,
    type: destination.type,
    credentials: maskAll(openCredentials(destination, brand)),
    settings: maskPaths(destination.settings, secretSettings),
    limits: { group, ratePerSecond, burst, concurrency, timeoutMs, statusTimeoutMs },
    retry: {
      schedule: destination.retry.scheduleMs.map(formatDuration),
      onUnconfirmed: destination.retry.onUnconfirmed ?? null,
    },
    messaging,
    callbackUrl,
    connection,
    paused: pausedReason !== null,
    pausedReason,
    pausedBy: pause?.by ?? null,
    pausedByName: pause?.byName ?? null,
    pausedAt: isoTimeOrNull(pause?.at ?? null),
    pausedUntil: isoTimeOrNull(pause?.until ?? null),
    health: healthView(health),
    disabled: destination.disabled,
    ...managedView(destination),
  };
}

/** Pauses, health and connections of destinations, by destination id. */
interface DestinationStates {
  readonly pauses: ReadonlyMap<string, DestinationPause>;
  readonly health: ReadonlyMap<string, StoredHealth>;
  readonly connections: ReadonlyMap<string, OAuthStatus>;
}

const NONE: ReadonlyMap<string, OAuthStatus> = new Map();
const NOT_CONNECTED: ConnectionDto = {
  ...{ state: 'not_connected', expiresAt: null, scopes: null, connectedAt: null, connectedBy: null },
};

/** Builds views of destinations, with their pause and health, and without the secrets of their types. */
@Injectable()
export class DestinationViews {
  constructor(
    private readonly plugins: PluginGateway,
    @Inject(READ_STORE) private readonly store: Pick<ReadStore, 'health' | 'pauses'>,
    @Inject(MESSAGING_STORE) private readonly messaging: Pick<MessagingStore, 'quotaUsed'>,
    @Inject(OAUTH_STORE) private readonly oauth: Pick<OAuthStore, 'statuses'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Builds the API view of a destination. */
  async of(
    destination: DestinationRecord,
    brand: BrandRecord,
    callbackUrl: string | null = null,
  ): Promise<DestinationDto> {
    return this.view(destination, brand, callbackUrl, await this.statesOf([destination]));
  }

  /** Builds the API views of several destinations, without callback URLs. */
  async list(destinations: readonly DestinationRecord[], brand: BrandRecord): Promise<readonly DestinationDto[]> {
    const states = await this.statesOf(destinations);
    return Promise.all(destinations.map((destination) => this.view(destination, brand, null, states)));
  }

  private async statesOf(destinations: readonly DestinationRecord[]): Promise<DestinationStates> {
    const ids = destinations.map(({ id }) => id);
    const pauses = await this.store.pauses(ids);
    const health = await this.store.health(ids, this.clock.now());
    const connecting = destinations.filter(({ type }) => this.plugins.hasOAuth(type)).map(({ id }) => id);
    return { pauses, health, connections: connecting.length === 0 ? NONE : await this.oauth.statuses(connecting) };
  }

  private async view(
    destination: DestinationRecord,
    brand: BrandRecord,
    callbackUrl: string | null,
    { pauses, health, connections }: DestinationStates,
  ): Promise<DestinationDto> {
    const { id, type } = destination;
    const { settings } = this.plugins.secretPaths(type);
    const messaging = await this.messagingView(destination, brand);
    const known = health.get(id) ?? UNKNOWN_HEALTH;
    const connection = this.connectionView(destination, brand, connections.get(id));
    return destinationView(destination, brand, settings, callbackUrl, pauses.get(id), known, messaging, connection);
  }

  private connectionView(
    destination: DestinationRecord,
    brand: BrandRecord,
    status: OAuthStatus | undefined,
  ): ConnectionDto | null {
    if (!this.plugins.hasOAuth(destination.type)) return null;
    // The tokens of another endpoint are not used.
    if (status === undefined || status.tokenUrl !== this.plugins.tokenUrl(openDestination({ brand, destination }))) {
      return NOT_CONNECTED;
    }
    return {
      state: status.isRefused ? 'refused' : 'connected',
      expiresAt: isoTimeOrNull(status.expiresAt),
      scopes: status.scopes,
      connectedAt: isoTimeOrNull(status.connectedAt),
      connectedBy: status.connectedBy,
    };
  }

  private async messagingView(
    { id, type, messaging }: DestinationRecord,
    brand: BrandRecord,
  ): Promise<DestinationMessagingDto | null> {
    if (messaging === undefined) return null;
    const { sendAfterMs, contactIntervalMs, quota } = messaging;
    return {
      sendAfter: sendAfterMs === undefined ? null : formatDuration(sendAfterMs),
      contactInterval: contactIntervalMs === undefined ? null : formatDuration(contactIntervalMs),
      quota: quota === undefined ? null : await this.quotaView(id, type, quota, brand),
    };
  }

  private async quotaView(
    destinationId: string,
    type: string,
    quota: QuotaSpec,
    { timezone }: BrandRecord,
  ): Promise<QuotaDto> {
    const { max, perMs, excess = this.plugins.facts(type)?.quotaExcess ?? 'wait' } = quota;
    const { start, end } = quotaPeriod(perMs, timezone, this.clock.now());
    return {
      max,
      per: formatDuration(perMs),
      excess,
      used: await this.messaging.quotaUsed({ destinationId, start }),
      resetsAt: new Date(end).toISOString(),
    };
  }
}
