import type { BrandChecks } from '@patchbay/config';
import type { SourceAdapters } from '@patchbay/core';
import { compileTask } from '@patchbay/mapping';
import type { PluginGateway } from '@patchbay/plugin-host';

/** What a brand's definition has to agree with, as far as this hub's plugins and adapters know. */
export function brandChecks(gateway: PluginGateway, adapters: SourceAdapters): BrandChecks {
  const types = gateway.catalogue().map(({ type }) => type);
  return {
    adapters,
    destinations: gateway,
    destinationTypes: () => types,
    compile: compileTask,
    secretFields: (type) => (types.includes(type) ? gateway.secretPaths(type).credentials : undefined),
  };
}
