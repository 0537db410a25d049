import {
  HashedIdentifierError,
  isIdentifierHash,
  type BulkLookupSpec,
  type Json,
  type Recipient,
  type RecipientResolverSpec,
} from '@patchbay/core';
import { isJsonObject, type EventEnvelope } from '@patchbay/plugin-sdk';
import { responseJson } from '../http/response-json.js';
import { ResponseTemplate, ResponseValue } from '../http/response-template.js';
import type { LookupClient } from '../http/lookup-client.js';
import { lookupError } from '../http/lookup-failure.js';
import { RequestTemplate } from '../http/request-template.js';
import type { SharedLookups } from '../cache/shared-lookups.js';
import type { BrandResolver } from './brand-resolver.js';
import { CustomerMatch } from './customer-match.js';
import { LookupBatcher } from './lookup-batcher.js';
import { RESOLVER_SECTION } from './resolver-section.js';

/**
 * Asks about many customers a call. In its templates `event.customerId` and `customerIds` are the list of them: a URL
 * joins it by commas, a body holds it as a list. The answer is an object by customer id, or a list whose items say whose
 * they are. What it says of customers who were not asked for is not looked at.
 */
export class BulkResolver implements BrandResolver {
  private readonly requests: RequestTemplate;
  private readonly items: ResponseValue | undefined;
  private readonly mapping: ResponseTemplate;
  private readonly match: CustomerMatch;
  private readonly batcher: LookupBatcher<string, Json>;

  constructor(
    spec: RecipientResolverSpec,
    bulk: BulkLookupSpec,
    private readonly client: LookupClient,
    private readonly lookups: SharedLookups<Recipient>,
  ) {
    this.requests = new RequestTemplate(spec, RESOLVER_SECTION, ['event', 'customerIds']);
    this.items = bulk.items === undefined ? undefined : new ResponseValue(bulk.items, `${RESOLVER_SECTION}.bulk.items`);
    this.mapping = new ResponseTemplate(spec.mapping, `${RESOLVER_SECTION}.mapping`);
    this.match = new CustomerMatch(spec.customerId, RESOLVER_SECTION);
    this.batcher = new LookupBatcher((customerIds) => this.ask(customerIds), bulk.size, bulk.withinMs);
  }

  async resolve({ customerId }: EventEnvelope): Promise<Recipient> {
    if (customerId === null) return {};
    // Before it joins a call: the other customers of the call can be asked about.
    if (isIdentifierHash(customerId)) throw new HashedIdentifierError(RESOLVER_SECTION);
    const found = await this.lookups.find(customerId, async () => {
      const item = await this.batcher.add(customerId);
      // Here and not for all of the call: one customer's odd value is nobody else's trouble.
      return item === undefined ? undefined : this.mapping.read(item);
    });
    return found ?? {};
  }

  private async ask(customerIds: readonly string[]): Promise<ReadonlyMap<string, Json>> {
    const request = this.requests.request({ event: { customerId: [...customerIds] }, customerIds: [...customerIds] });
    if (request === undefined) return new Map();
    const response = await this.client.request(request);
    // One customer may be unknown to it, the list of them cannot be: then its address is wrong.
    if (response === undefined)
      throw lookupError('rejected', RESOLVER_SECTION, 'there is nothing at its address (404)');
    return this.itemsByCustomer(responseJson(RESOLVER_SECTION, response));
  }

  private itemsByCustomer(body: Json): ReadonlyMap<string, Json> {
    const found = new Map<string, Json>();
    for (const [customerId, item] of this.itemsOf(body)) {
      if (customerId !== undefined && item !== null && !found.has(customerId)) found.set(customerId, item);
    }
    return found;
  }

  private itemsOf(body: Json): readonly (readonly [customerId: string | undefined, item: Json])[] {
    const items = this.items === undefined ? body : this.items.read(body);
    if (Array.isArray(items)) return items.map((item) => [this.match.customerOf(item), item]);
    if (isJsonObject(items)) {
      return Object.entries(items).filter(
        ([customerId, item]) => item === null || this.match.isAbout(customerId, item),
      );
    }
    throw lookupError('transient', RESOLVER_SECTION, 'its answer holds neither a list nor an object by customer id');
  }
}
