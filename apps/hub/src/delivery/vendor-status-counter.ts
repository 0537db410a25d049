import { Inject, Injectable } from '@nestjs/common';
import { LiveConfiguration, type StatusUpdateStore } from '@patchbay/core';
import { STATUS_UPDATE_STORE } from '../database/database.module.js';
import { HubMetrics } from '../metrics/hub-metrics.js';
import { destinationLabels } from './delivery-ports.js';

/** Counts the statuses that vendors report, for the metrics of this process. */
@Injectable()
export class VendorStatusCounter {
  constructor(
    metrics: HubMetrics,
    configuration: LiveConfiguration,
    @Inject(STATUS_UPDATE_STORE) store: Pick<StatusUpdateStore, 'onStatuses'>,
  ) {
    store.onStatuses((destinationId, status, count) => {
      // The status is stored already, so a failed look-up of the names only leaves the status out of the metrics.
      configuration.brandOfQueue(destinationId).then(
        (brand) => metrics.vendorStatus(destinationLabels(brand, destinationId), status, count),
        () => undefined,
      );
    });
  }
}
