import { ApiProperty } from '@nestjs/swagger';
import { ADDRESS_KINDS } from '@patchbay/plugin-sdk';
import type { FieldInfo, Json } from '@patchbay/plugin-sdk';

const TYPES: readonly FieldInfo['type'][] = [
  ...(['string', 'number', 'integer', 'boolean', 'object', 'json', 'list', 'record', 'group'] as const),
];

/** One input of a form. Class form of {@link FieldInfo}, for the API documentation. */
export class FieldDto implements FieldInfo {
  @ApiProperty({ example: 'accountSid' })
  readonly name!: string;

  @ApiProperty({ example: 'Account SID' })
  readonly label!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Purpose of the value and where to find it.' })
  readonly help!: string | null;

  @ApiProperty({
    enum: TYPES,
    description:
      '`group`: an object whose inputs are in `fields`. `record`: texts by name. `object`: any JSON object. `json`: ' +
      'any JSON value.',
  })
  readonly type!: FieldInfo['type'];

  @ApiProperty({
    enum: TYPES,
    nullable: true,
    description: 'Type of the entries of a list; for `group`, each entry has `fields`. Null if it is not a list.',
  })
  readonly items!: FieldInfo['items'];

  @ApiProperty()
  readonly required!: boolean;

  @ApiProperty({ description: 'True if the value is write-only.' })
  readonly secret!: boolean;

  @ApiProperty({ description: 'True if the value identifies a person or is a contact address.' })
  readonly personal!: boolean;

  @ApiProperty({
    type: String,
    enum: ADDRESS_KINDS,
    nullable: true,
    description: 'Kind of the address in a message, which is checked against the suppression list. Null otherwise.',
  })
  readonly address!: FieldInfo['address'];

  @ApiProperty({ description: 'True for long text.' })
  readonly multiline!: boolean;

  @ApiProperty({ description: 'True if the value can be set in brand files only.' })
  readonly fileOnly!: boolean;

  @ApiProperty({ description: 'True if the vendor offers values for the field, see the choices of a destination.' })
  readonly fromVendor!: boolean;

  @ApiProperty({
    type: 'array',
    items: { oneOf: [{ type: 'string' }, { type: 'number', format: 'double' }] },
    nullable: true,
    description: 'Allowed values. Null if any value is allowed.',
  })
  readonly choices!: readonly (string | number)[] | null;

  @ApiProperty({ type: String, nullable: true, example: 'uri', description: '`email`, `uri`, `hostname` or `e164`.' })
  readonly format!: string | null;

  @ApiProperty({ type: Object, description: 'Invented value; any JSON. Null if there is none.' })
  readonly example!: Json;

  @ApiProperty({ type: Object, description: 'Value if the field is omitted; any JSON. Null if there is none.' })
  readonly default!: Json;

  @ApiProperty({ type: () => [FieldDto], description: 'Inputs of a `group`. Empty for other types.' })
  readonly fields!: readonly FieldDto[];
}
