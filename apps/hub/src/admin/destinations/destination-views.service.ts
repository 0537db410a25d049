import { Injectable } from '@nestjs/common';
import type { BrandRecord, DestinationRecord } from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import { CallbackUrls } from '../../callbacks/callback-urls.js';
import type { DestinationDto } from './destination.dto.js';
import { destinationView } from './destination.view.js';

/** Shows destinations, with what only their type knows of them. */
@Injectable()
export class DestinationViews {
  constructor(
    private readonly plugins: PluginGateway,
    private readonly callbackUrls: CallbackUrls,
  ) {}

  /** A destination as the API shows it. */
  of(destination: DestinationRecord, brand: BrandRecord): DestinationDto {
    const { settings } = this.plugins.secretPaths(destination.type);
    const callbackUrl = this.plugins.hearsCallbacks(destination.type)
      ? this.callbackUrls.ofDestination(destination.id)
      : undefined;
    return destinationView(destination, brand, settings, callbackUrl);
  }
}
