import type { FieldKinds } from '@patchbay/config';
import type { DestinationTypeInfo } from '@patchbay/plugin-host';
import type { FieldInfo } from '@patchbay/plugin-sdk';

/** Which fields of a class are of which kind, by what its plugin declares. */
export function fieldKinds({ fields }: DestinationTypeInfo['credentials']): FieldKinds {
  return {
    secret: pathsOf(fields, ({ secret }) => secret),
    address: pathsOf(fields, ({ format }) => format === 'uri' || format === 'hostname'),
    fileOnly: pathsOf(fields, ({ fileOnly }) => fileOnly),
    free: pathsOf(fields, ({ type }) => type === 'json' || type === 'object'),
  };
}

function pathsOf(fields: readonly FieldInfo[], wanted: (field: FieldInfo) => boolean): string[] {
  return fields.flatMap((field) => {
    if (wanted(field)) return [field.name];
    const prefix = field.items === null ? field.name : `${field.name}.*`;
    return pathsOf(field.fields, wanted).map((path) => `${prefix}.${path}`);
  });
}
