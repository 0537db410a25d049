import { Injectable } from '@nestjs/common';
import type { BrandRecord, DestinationRecord } from '@patchbay/core';
import { PluginGateway } from '@patchbay/plugin-host';
import type { DestinationDto } from './destination.dto.js';
import { destinationView } from './destination.view.js';

/** Builds views of destinations, with the secret paths of their types. */
@Injectable()
export class DestinationViews {
  constructor(private readonly plugins: PluginGateway) {}

  /** Builds the API view of a destination. */
  of(destination: DestinationRecord, brand: BrandRecord, callbackUrl: string | null = null): DestinationDto {
    const { settings } = this.plugins.secretPaths(destination.type);
    return destinationView(destination, brand, settings, callbackUrl);
  }
}
