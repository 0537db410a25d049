import { Inject, Injectable } from '@nestjs/common';
import {
  customerForms,
  type CustomerForms,
  type CustomerIdOrigin,
  type ReadStore,
  type SourceAdapter,
} from '@patchbay/core';
import { READ_STORE } from '../../database/database.module.js';
import { recordsOfBrand, type CurrentBrand } from './fresh-configuration.service.js';

/** Converts the customer ids of requests to the form in which the brand stores them. */
@Injectable()
export class CustomerIds {
  constructor(@Inject(READ_STORE) private readonly store: ReadStore) {}

  /**
   * Returns the first form of the customer id that occurs in a stored event. Returns the preferred form if no stored
   * event contains the id in any form.
   */
  async stored(id: string, current: CurrentBrand): Promise<string> {
    const forms = this.forms(id, current);
    // A change of the brand's privacy mode does not rewrite stored events, so these may contain the id in a form of an
    // earlier mode. A `standard` brand stores ids unchanged.
    const candidates = current.brand.privacy.mode === 'standard' ? forms.current : [...forms.current, ...forms.earlier];
    const [first = id, ...others] = candidates;
    if (others.length === 0) return first;
    for (const form of candidates) if (await this.store.hasCustomer(current.brand.id, form)) return form;
    return first;
  }

  /**
   * Returns the ids to erase for a customer id: all current forms of the id, and the earlier forms that a stored event
   * still contains. The ids that are linked to these forms follow after the forms.
   */
  async erasable(id: string, current: CurrentBrand): Promise<readonly string[]> {
    const forms = this.forms(id, current);
    const { id: brandId, privacy } = current.brand;
    // In a `standard` brand, the digits of one customer's id may be the phone number of another customer.
    const wanted = privacy.mode === 'standard' ? [await this.stored(id, current)] : [...forms.current];
    for (const form of forms.earlier) if (await this.store.hasCustomer(brandId, form)) wanted.push(form);
    const ids = new Set(wanted);
    for (const form of wanted) for (const linked of await this.store.linkedCustomers(brandId, form)) ids.add(linked);
    return [...ids];
  }

  /** Returns the filter with its customer id in the stored form. */
  async inFilter<F extends { readonly customer?: string }>(filter: F, current: CurrentBrand): Promise<F> {
    return filter.customer === undefined
      ? filter
      : { ...filter, customer: await this.stored(filter.customer, current) };
  }

  private forms(id: string, { brand, configuration }: CurrentBrand): CustomerForms {
    const { sources, deletedSources } = configuration.records;
    const own = recordsOfBrand([...sources, ...deletedSources], brand).filter(({ managedBy }) => managedBy !== 'hub');
    const picksKeys = own.some(({ customer }) => customer !== undefined);
    const adapters = own.map((source) => configuration.source(source.id)?.adapter);
    return customerForms(id.trim(), brand, originOf(adapters, picksKeys), picksKeys);
  }
}

function originOf(adapters: readonly (SourceAdapter | undefined)[], picksKeys: boolean): CustomerIdOrigin {
  const hasPlatformIds = adapters.map((adapter) => (adapter?.personalPaths('').platformIds ?? []).length > 0);
  if (picksKeys && hasPlatformIds.includes(true)) return 'both';
  if (hasPlatformIds.every((has) => has)) return 'platform';
  return hasPlatformIds.includes(true) ? 'both' : 'other';
}
