import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { AdminRole, BrandEntry, Caller, KeyRole } from '@patchbay/core';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';

const MAX_SECRET_LENGTH = 1_000;
const ADMIN_ROLES: readonly AdminRole[] = ['viewer', 'operator', 'admin'];

/** Key or one-time token with which somebody signs in to the console. Exactly one of them. */
export class SignInDto {
  @ApiPropertyOptional({ example: 'pbk_…', description: 'API key of the role viewer, operator or admin.' })
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_SECRET_LENGTH)
  readonly key?: string;

  @ApiPropertyOptional({ description: 'Token of a sign-in link. Valid once, and only on the machine of the hub.' })
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_SECRET_LENGTH)
  readonly token?: string;
}

/** Identity provider at which people can sign in. */
export class SignInProviderDto {
  @ApiProperty({ example: 'Acme', description: 'Name for the button.' })
  readonly name!: string;
}

/** Ways to sign in to the console. */
export class SignInOptionsDto {
  @ApiProperty({ type: SignInProviderDto, nullable: true, description: 'Null if only keys are accepted.' })
  readonly provider!: SignInProviderDto | null;
}

/** End of a session. */
export class SessionDto {
  @ApiProperty({
    format: 'date-time',
    description: 'Time at which the session ends if no further request uses it. Each use postpones it.',
  })
  readonly endsAt!: string;

  @ApiProperty({ format: 'date-time', description: 'Time at which the session ends in any case.' })
  readonly latestEndsAt!: string;
}

/** Rights and session of the caller. */
export class MeDto {
  @ApiProperty({ example: 'support team', description: 'Name of the key or of the person.' })
  readonly name!: string;

  @ApiProperty({ enum: ADMIN_ROLES })
  readonly role!: KeyRole;

  @ApiProperty({
    type: [String],
    nullable: true,
    description: 'Names of the brands to which the key is limited. Null if it covers all brands.',
  })
  readonly brands!: readonly string[] | null;

  @ApiProperty({ description: 'True if the key may see personal values unmasked.' })
  readonly reveal!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null if the key never expires.' })
  readonly expiresAt!: string | null;

  @ApiProperty({ description: 'True for PATCHBAY_ADMIN_KEY, which is meant for the first steps.' })
  readonly bootstrap!: boolean;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Id of the person whom the identity provider has identified. Null for a key.',
  })
  readonly personId!: string | null;

  @ApiProperty({ type: SessionDto, nullable: true, description: 'Null if the request presents a key or token.' })
  readonly session!: SessionDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Inbox of the demo: what its vendors received. Null outside the demo.',
  })
  readonly demoInboxUrl!: string | null;
}

/** One-time link to sign in to the console. */
export class SignInLinkDto {
  @ApiProperty({
    description: 'Token of the link `<hub>/console/sign-in#token=<token>`. Shown in this response only, valid once.',
  })
  readonly token!: string;

  @ApiProperty({ format: 'date-time' })
  readonly expiresAt!: string;
}

/** Builds the API view of a caller, with the names of the caller's brands. */
export function meView(
  { keyId, personId, name, role, brandIds, reveal, expiresAt, session }: Caller,
  brands: readonly BrandEntry[],
  demoInboxUrl: string | undefined,
): MeDto {
  return {
    ...{ name, role, reveal, personId, bootstrap: keyId === null && personId === null },
    brands: brandIds === null ? null : brands.filter(({ id }) => brandIds.includes(id)).map((brand) => brand.name),
    expiresAt: isoTimeOrNull(expiresAt),
    session: session === null ? null : { endsAt: isoTime(session.endsAt), latestEndsAt: isoTime(session.latestEndsAt) },
    demoInboxUrl: demoInboxUrl ?? null,
  };
}
