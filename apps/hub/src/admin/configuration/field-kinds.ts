import type { FieldKinds } from '@patchbay/config';
import type { DestinationTypeInfo } from '@patchbay/plugin-host';
import type { FieldInfo } from '@patchbay/plugin-sdk';

/** Which fields of a class are of which kind, by what its plugin declares. */
export function fieldKinds({ fields }: DestinationTypeInfo['credentials']): FieldKinds {
  return {
    secret: placesOf(fields, ({ secret }) => secret),
    address: placesOf(fields, ({ format }) => format === 'uri' || format === 'hostname'),
    fileOnly: placesOf(fields, ({ fileOnly }) => fileOnly),
    free: placesOf(fields, ({ type }) => type === 'json' || type === 'object'),
  };
}

function placesOf(fields: readonly FieldInfo[], wanted: (field: FieldInfo) => boolean): string[] {
  return fields.flatMap((field) => {
    if (wanted(field)) return [field.name];
    const prefix = field.items === null ? field.name : `${field.name}.*`;
    return placesOf(field.fields, wanted).map((place) => `${prefix}.${place}`);
  });
}
