import type { FieldKinds } from '@patchbay/config';
import type { DestinationTypeInfo } from '@patchbay/plugin-host';
import type { FieldInfo } from '@patchbay/plugin-sdk';

/** Returns the paths of the fields of each kind, as the plugin declares them. */
export function fieldKinds({ fields }: DestinationTypeInfo['credentials']): FieldKinds {
  return {
    secret: fieldPaths(fields, ({ secret }) => secret),
    address: fieldPaths(fields, ({ format }) => format === 'uri' || format === 'hostname'),
    fileOnly: fieldPaths(fields, ({ fileOnly }) => fileOnly),
    free: fieldPaths(fields, ({ type }) => type === 'json' || type === 'object'),
  };
}

function fieldPaths(fields: readonly FieldInfo[], wanted: (field: FieldInfo) => boolean): string[] {
  return fields.flatMap((field) => {
    if (wanted(field)) return [field.name];
    const prefix = field.items === null ? field.name : `${field.name}.*`;
    return fieldPaths(field.fields, wanted).map((path) => `${prefix}.${path}`);
  });
}
