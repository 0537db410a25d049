import { Inject, Injectable } from '@nestjs/common';
import type { EditChecks, FieldKinds, HubEnvironment } from '@patchbay/config';
import type { SourceAdapters } from '@patchbay/core';
import { PluginGateway, type DestinationTypeInfo } from '@patchbay/plugin-host';
import type { FieldInfo } from '@patchbay/plugin-sdk';
import { HUB_ENVIRONMENT } from '../../context/hub-options.js';
import { brandChecks, SOURCE_ADAPTERS } from '../../configuration/brand-checks.js';

/** Rules that check edits over the API, taken from the plugins and adapters of this hub. */
@Injectable()
export class EditRules {
  readonly checks: EditChecks;

  constructor(
    plugins: PluginGateway,
    @Inject(SOURCE_ADAPTERS) adapters: SourceAdapters,
    @Inject(HUB_ENVIRONMENT) environment: HubEnvironment,
  ) {
    const kinds = new Map(
      plugins
        .catalogue()
        .map(({ type, credentials, settings }) => [
          type,
          { credentials: fieldKinds(credentials), settings: fieldKinds(settings) },
        ]),
    );
    this.checks = { ...brandChecks(plugins, adapters, environment), fieldKinds: (type) => kinds.get(type) };
  }
}

/**
 * Returns the paths of a plugin's fields by kind: secret fields, addresses, fields that only a file may set, and free
 * JSON.
 */
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
