import { Inject, Injectable } from '@nestjs/common';
import type { EditChecks } from '@patchbay/config';
import type { SourceAdapters } from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { brandChecks, SOURCE_ADAPTERS } from '../../configuration/brand-checks.js';
import { fieldKinds } from './field-kinds.js';

/** Checks of edits over the API, by the plugins and adapters of this hub. */
@Injectable()
export class EditRules {
  readonly checks: EditChecks;

  constructor(plugins: PluginGateway, @Inject(SOURCE_ADAPTERS) adapters: SourceAdapters) {
    const kinds = new Map(
      plugins
        .catalogue()
        .map(({ type, credentials, settings }) => [
          type,
          { credentials: fieldKinds(credentials), settings: fieldKinds(settings) },
        ]),
    );
    this.checks = { ...brandChecks(plugins, adapters), fieldKinds: (type) => kinds.get(type) };
  }
}
