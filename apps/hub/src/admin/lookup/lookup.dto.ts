import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { ONE_LINE } from '../../http/dto-fields.js';

/** Kinds of objects that a look-up finds. */
export const FOUND_KINDS = ['event', 'delivery', 'replay', 'customer'] as const;
/** Ids by which a look-up finds objects. */
export const MATCHED_IDS = ['id', 'sourceEventId', 'externalId', 'customerId'] as const;

/** Id to look up. */
export class LookupQuery {
  @ApiProperty({ description: "Id of an event, delivery, replay or customer, a sender's event id, or a vendor's id." })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @Matches(ONE_LINE, { message: '$property must not contain control characters or lone surrogates' })
  readonly id!: string;
}

/** An object with the id. */
export class FoundDto {
  @ApiProperty({ enum: FOUND_KINDS })
  readonly kind!: (typeof FOUND_KINDS)[number];

  @ApiProperty({ enum: MATCHED_IDS, description: 'Id of the object that was looked up.' })
  readonly matchedBy!: (typeof MATCHED_IDS)[number];

  @ApiProperty({ description: "The object's own id; for a customer, the id as the brand stores it." })
  readonly id!: string;

  @ApiProperty({ example: 'pointsIssued from capillary', description: 'Short description of the object.' })
  readonly label!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Time at which it was received or created. Null for a customer.',
  })
  readonly at!: string | null;
}

/** Objects of a brand with an id. */
export class LookupDto {
  @ApiProperty({
    type: [FoundDto],
    description: "Empty if nothing has the id. The sender's event ids are searched only if nothing else has the id.",
  })
  readonly data!: readonly FoundDto[];

  @ApiProperty({
    description:
      "False if the search by the sender's event id ended before it reached the oldest event, because the brand has " +
      'many events older than 30 days. Pass `sourceEventId` and `to` to the list of events to search them.',
  })
  readonly complete!: boolean;
}
