import { Module } from '@nestjs/common';
import { createHttpClient, type EgressPolicy } from '@patchbay/http';
import { CapillaryClients } from '@patchbay/recipients';
import { EGRESS_POLICY } from '../plugins/plugins.module.js';

/** Maximum duration of a call of Capillary, in milliseconds. The limits of single calls are not longer. */
const TIMEOUT_MS = 10_000;

/** Clients of Capillary, which lookups and registrations share. */
@Module({
  providers: [
    {
      provide: CapillaryClients,
      inject: [EGRESS_POLICY],
      useFactory: (egress: EgressPolicy) =>
        new CapillaryClients(createHttpClient({ egress, signal: new AbortController().signal, timeoutMs: TIMEOUT_MS })),
    },
  ],
  exports: [CapillaryClients],
})
export class CapillaryClientsModule {}
