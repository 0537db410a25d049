import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Person } from '@patchbay/core';
import { IsIn } from 'class-validator';
import { Optional } from '../../http/dto-fields.js';
import { PageDto } from '../common/page.dto.js';
import { isoTime, isoTimeOrNull } from '../common/time-range.dto.js';

/** Person who has used the hub with an account of the identity provider. */
export class PersonDto {
  @ApiProperty({ format: 'uuid', description: 'Id that records contain, as `person:<id>`.' })
  readonly id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Ada Lovelace',
    description: 'Display name. Null if the provider sent no usable name.',
  })
  readonly name!: string | null;

  @ApiProperty({ description: 'Id of the person at the identity provider.' })
  readonly subject!: string;

  @ApiProperty({ example: 'https://login.example.com', description: 'Identity provider.' })
  readonly issuer!: string;

  @ApiProperty({ format: 'date-time', description: 'Last sign-in or call, up to a minute late.' })
  readonly lastSeenAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time at which the person was removed. Null if the person may use the hub.',
  })
  readonly removedAt!: string | null;
}

/** A page of people, newest first. */
export class PersonPageDto extends PageDto {
  @ApiProperty({ type: [PersonDto] })
  readonly data!: readonly PersonDto[];
}

const CHOICES = ['true', 'false'] as const;

/** Option that erases the person instead, also a removed person. */
export class PersonRemovalQuery {
  @ApiPropertyOptional({
    enum: CHOICES,
    default: 'false',
    description:
      'Also delete the name and the subject. All records then show only `person:<id>`. This cannot be undone. The hub ' +
      'also forgets that the person was removed, so a later access token or sign-in is accepted as a new person.',
  })
  @Optional()
  @IsIn(CHOICES)
  readonly erase?: (typeof CHOICES)[number];
}

/** Builds the API view of a person. */
export function personView({ id, name, subject, issuer, lastSeenAt, removedAt }: Person): PersonDto {
  return { id, name, subject, issuer, lastSeenAt: isoTime(lastSeenAt), removedAt: isoTimeOrNull(removedAt) };
}
