import {
  HashedIdentifierError,
  isIdentifierHash,
  type BulkLookupSpec,
  type Json,
  type Recipient,
  type RecipientResolverSpec,
} from '@patchbay/core';
import { isJsonObject, type EventEnvelope } from '@patchbay/plugin-sdk';
import { responseJson, ResponseTemplate, ResponseValue } from '../http/read-response.js';
import type { LookupClient } from '../http/lookup-client.js';
import { lookupError } from '../http/lookup-failure.js';
import { RequestTemplate } from '../http/request-template.js';
import type { SharedLookups } from '../cache/shared-lookups.js';
import { type BrandResolver, RESOLVER_SECTION } from './brand-resolver.js';
import { CustomerMatch } from './customer-match.js';
import { LookupBatcher } from './lookup-batcher.js';

/**
 * Resolver that looks up many customers per call. In its templates, `event.customerId` and `customerIds` are the list
 * of ids. A URL joins the list by commas; a body contains the list. The answer is an object with one key per customer
 * id, or a list whose items contain the customer id. Data about other customers is ignored.
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
    // The check runs before the lookup joins a call, so that a failure does not affect the other customers of the call.
    if (isIdentifierHash(customerId)) throw new HashedIdentifierError(RESOLVER_SECTION);
    const found = await this.lookups.find(customerId, async () => {
      const item = await this.batcher.add(customerId);
      // Each customer is mapped separately, so that an invalid value of one customer does not fail the whole call.
      return item === undefined ? undefined : this.mapping.read(item);
    });
    return found ?? {};
  }

  private async ask(customerIds: readonly string[]): Promise<ReadonlyMap<string, Json>> {
    const request = this.requests.request({ event: { customerId: [...customerIds] }, customerIds: [...customerIds] });
    if (request === undefined) return new Map();
    const response = await this.client.request(request);
    // A single customer may be unknown, but a path for a list of customers always exists. A 404 therefore means that
    // the address is wrong.
    if (response === undefined)
      throw lookupError(
        'rejected',
        RESOLVER_SECTION,
        "the address does not exist (404); correct the URL in the brand's file",
      );
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
    throw lookupError('transient', RESOLVER_SECTION, 'the answer is neither a list nor an object by customer id');
  }
}
