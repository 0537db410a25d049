import { Inject, Injectable } from '@nestjs/common';
import type { EditChecks } from '@patchbay/config';
import type { SourceAdapters } from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { brandChecks } from '../../boot/hub-brand-checks.js';
import { SOURCE_ADAPTERS } from '../../tokens.js';
import { fieldKinds } from './field-kinds.js';

/** What edits over the API have to agree with, as far as this hub's plugins and adapters know. */
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
