import { Injectable } from '@nestjs/common';
import {
  LiveConfiguration,
  type BrandEntry,
  type BrandRecord,
  type CompiledBrand,
  type DestinationRecord,
} from '@patchbay/core';
import { brandNotFound, ProblemError } from '../../http/problem.js';

/** A brand, and the configuration of the brand. */
export interface CurrentBrand {
  readonly configuration: CompiledBrand;
  readonly brand: BrandRecord;
}

/** A destination with its brand and configuration. */
export interface CurrentDestination extends CurrentBrand {
  readonly destination: DestinationRecord;
}

/**
 * Configuration for the admin API. Every read refreshes the configuration first, so that it includes the last change.
 */
@Injectable()
export class FreshConfiguration {
  constructor(private readonly configuration: LiveConfiguration) {}

  /** Makes this process use the last change of the configuration. */
  refresh(): Promise<void> {
    return this.configuration.refresh();
  }

  /** Returns all brands, in the order of their names. */
  async directory(): Promise<readonly BrandEntry[]> {
    await this.configuration.refresh();
    return this.configuration.directory;
  }

  /** Finds a brand by its name without loading it. Undefined if the brand does not exist. */
  async findEntry(name: string): Promise<BrandEntry | undefined> {
    await this.configuration.refresh();
    return this.configuration.entryNamed(name);
  }

  /** Loads brands of the directory, in the same order. Leaves out a brand that was deleted meanwhile. */
  async load(entries: readonly BrandEntry[]): Promise<readonly BrandRecord[]> {
    const loaded = await Promise.all(entries.map(({ id }) => this.configuration.brand(id)));
    return loaded.flatMap((one) => (one === null ? [] : [one.brand]));
  }

  /** Finds a brand by its name. Throws a ProblemError 404 if the brand does not exist. */
  async findBrand(name: string): Promise<CurrentBrand> {
    await this.configuration.refresh();
    const configuration = await this.configuration.brandNamed(name);
    if (configuration === null) throw brandNotFound(name);
    return { configuration, brand: configuration.brand };
  }

  /**
   * Finds a destination by its name and its brand. Throws a ProblemError 404 if the brand or the destination does not
   * exist.
   */
  async findDestination(brandName: string, name: string): Promise<CurrentDestination> {
    const { configuration, brand } = await this.findBrand(brandName);
    const destination = findByName(recordsOfBrand(configuration.records.destinations, brand), name, 'destination');
    return { configuration, brand, destination };
  }
}

/** Selects the records of a brand. */
export function recordsOfBrand<T extends { readonly brandId: string }>(
  records: readonly T[],
  brand: BrandRecord,
): readonly T[] {
  return records.filter(({ brandId }) => brandId === brand.id);
}

/** Returns the record with a name. Throws a ProblemError 404 if no record has this name. */
export function findByName<T extends { readonly name: string }>(records: readonly T[], name: string, kind: string): T {
  const found = records.find((record) => record.name === name);
  if (found === undefined)
    throw new ProblemError(
      404,
      `The brand has no ${kind} ${JSON.stringify(name)}. Check the name, or create the ${kind}.`,
    );
  return found;
}
