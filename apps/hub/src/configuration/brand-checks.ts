import type { BrandChecks, HubEnvironment } from '@patchbay/config';
import type { SourceAdapters } from '@patchbay/core';
import { compileTask } from '@patchbay/mapping';
import type { PluginGateway } from '@patchbay/plugin-host';

export const SOURCE_ADAPTERS = Symbol('SourceAdapters');

/** Builds the checks of brand definitions from the plugins and adapters of this hub. */
export function brandChecks(
  gateway: PluginGateway,
  adapters: SourceAdapters,
  { publicUrl, awsBrands }: Pick<HubEnvironment, 'publicUrl' | 'awsBrands'>,
): BrandChecks {
  const types = gateway.catalogue().map(({ type }) => type);
  return {
    adapters,
    destinations: gateway,
    hasPublicUrl: publicUrl !== undefined,
    sharesAwsCredentials: (brand) => awsBrands.includes(brand),
    destinationTypes: () => types,
    compile: compileTask,
    secretFields: (type) => (types.includes(type) ? gateway.secretPaths(type).credentials : undefined),
  };
}
