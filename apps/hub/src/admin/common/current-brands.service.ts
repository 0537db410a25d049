import { Injectable } from '@nestjs/common';
import {
  LiveConfiguration,
  type BrandRecord,
  type CompiledConfiguration,
  type DestinationRecord,
} from '@patchbay/core';
import { noSuchBrand } from '../../http/brand-not-found.js';
import { ProblemError } from '../../http/problem.js';

/** A brand, and the configuration it was found in. */
export interface CurrentBrand {
  readonly configuration: CompiledConfiguration;
  readonly brand: BrandRecord;
}

/** A destination of a brand. */
export interface CurrentDestination extends CurrentBrand {
  readonly destination: DestinationRecord;
}

/** The configuration as people are to see it: never older than their last change. */
@Injectable()
export class CurrentBrands {
  constructor(private readonly configuration: LiveConfiguration) {}

  async all(): Promise<CompiledConfiguration> {
    await this.configuration.refresh();
    return this.configuration.current;
  }

  /** Throws a ProblemError 404 where there is no such brand. */
  async find(name: string): Promise<CurrentBrand> {
    const configuration = await this.all();
    const brand = configuration.records.brands.find((record) => record.name === name);
    if (brand === undefined) throw noSuchBrand(name);
    return { configuration, brand };
  }

  /** Throws a ProblemError 404 where there is no such brand or destination. */
  async findDestination(brandName: string, name: string): Promise<CurrentDestination> {
    const { configuration, brand } = await this.find(brandName);
    const destination = named(ofBrand(configuration.records.destinations, brand), name, 'destination');
    return { configuration, brand, destination };
  }
}

/** The objects of one brand. */
export function ofBrand<T extends { readonly brandId: string }>(
  records: readonly T[],
  brand: BrandRecord,
): readonly T[] {
  return records.filter(({ brandId }) => brandId === brand.id);
}

/** The object of that name. Throws a ProblemError 404. */
export function named<T extends { readonly name: string }>(records: readonly T[], name: string, kind: string): T {
  const found = records.find((record) => record.name === name);
  if (found === undefined) throw new ProblemError(404, `The brand has no ${kind} ${JSON.stringify(name)}.`);
  return found;
}
