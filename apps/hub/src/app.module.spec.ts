import { describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { ConfigurationModule } from './configuration/configuration.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { IngestModule } from './ingest/ingest.module.js';
import { OperationalEventsModule } from './operational-events/operational-events.module.js';
import { ReplayModule } from './replay/replay.module.js';

function importsOf(module: Type): readonly unknown[] {
  const imports: unknown = Reflect.getMetadata(MODULE_METADATA.IMPORTS, module);
  return Array.isArray(imports) ? imports : [];
}

// Nest stops a module before the modules that it imports. A missing import would change the order without an error.
describe('at shutdown', () => {
  it.each([
    ['replays', 'deliveries', ReplayModule, DeliveryModule],
    ['erasures', 'deliveries', ErasureModule, DeliveryModule],
    ['operational events', 'deliveries', OperationalEventsModule, DeliveryModule],
    ['deliveries', 'the refresh of the configuration', DeliveryModule, ConfigurationModule],
    ['the refresh of the configuration', 'the database', ConfigurationModule, DatabaseModule],
  ])('%s stop before %s', (_first, _then, module, imported) => {
    expect(importsOf(module)).toContain(imported);
  });

  it('ingest calls are stored before deliveries stop', () => {
    expect(IngestModule.forRole('all').imports).toContain(DeliveryModule);
  });
});
