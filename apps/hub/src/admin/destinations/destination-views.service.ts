import { Injectable } from '@nestjs/common';
import type { BrandRecord, DestinationRecord } from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import type { DestinationDto } from './destination.dto.js';
import { destinationView } from './destination.view.js';

/** Shows destinations, with what only their type knows of them. */
@Injectable()
export class DestinationViews {
  constructor(private readonly plugins: PluginGateway) {}

  /** A destination as the API shows it. */
  of(destination: DestinationRecord, brand: BrandRecord, callbackUrl: string | null = null): DestinationDto {
    const { settings } = this.plugins.secretPaths(destination.type);
    return destinationView(destination, brand, settings, callbackUrl);
  }
}
