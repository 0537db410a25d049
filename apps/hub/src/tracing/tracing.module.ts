import { Module, type DynamicModule } from '@nestjs/common';
import { LiveConfiguration, type Clock } from '@patchbay/core';
import { ConfigurationModule } from '../configuration/configuration.module.js';
import { CLOCK, DatabaseModule } from '../database/database.module.js';
import { destinationLabels } from '../delivery/delivery-ports.js';
import type { HubTraces, Tracing } from './hub-traces.js';

/** Traces of this process: a {@link HubTraces}, or null if tracing is off. */
export const TRACES = Symbol('Traces');

/** Global module of the traces. */
@Module({})
export class TracingModule {
  /** @param tracing null if tracing is off */
  static forRoot(tracing: Tracing | null): DynamicModule {
    return {
      module: TracingModule,
      global: true,
      imports: [ConfigurationModule, DatabaseModule],
      providers: [
        {
          provide: TRACES,
          inject: [LiveConfiguration, CLOCK],
          useFactory: (configuration: LiveConfiguration, clock: Clock): HubTraces | null =>
            tracing?.traces((id) => destinationLabels(configuration.brandOfQueueIfLoaded(id), id), clock) ?? null,
        },
      ],
      exports: [TRACES],
    };
  }
}
