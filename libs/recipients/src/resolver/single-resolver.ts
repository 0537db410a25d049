import type { Json, Recipient, RecipientResolverSpec } from '@patchbay/core';
import type { EventEnvelope } from '@patchbay/plugin-sdk';
import { responseJson, ResponseTemplate } from '../http/read-response.js';
import type { LookupClient } from '../http/lookup-client.js';
import { lookupError } from '../http/lookup-failure.js';
import { RequestTemplate, requestKey } from '../http/request-template.js';
import type { SharedLookups } from '../cache/shared-lookups.js';
import { type BrandResolver, RESOLVER_SECTION } from './brand-resolver.js';
import { CustomerMatch } from './customer-match.js';

/** Resolver that looks up one customer per call. */
export class SingleResolver implements BrandResolver {
  private readonly requests: RequestTemplate;
  private readonly mapping: ResponseTemplate;
  private readonly match: CustomerMatch;

  constructor(
    spec: RecipientResolverSpec,
    private readonly client: LookupClient,
    private readonly lookups: SharedLookups<Recipient>,
  ) {
    this.requests = new RequestTemplate(spec, RESOLVER_SECTION, ['event', 'data']);
    this.mapping = new ResponseTemplate(spec.mapping, `${RESOLVER_SECTION}.mapping`);
    this.match = new CustomerMatch(spec.customerId, RESOLVER_SECTION);
  }

  async resolve({ data, ...event }: EventEnvelope): Promise<Recipient> {
    const request = this.requests.request({ event, data });
    if (request === undefined) return {};
    // The key includes the customer, because the answer to an equal request may be about another customer.
    const key = `${event.customerId ?? ''}\n${requestKey(request)}`;
    const found = await this.lookups.find(key, async () => {
      const response = await this.client.request(request);
      return response === undefined ? undefined : this.read(responseJson(RESOLVER_SECTION, response), event.customerId);
    });
    return found ?? {};
  }

  private read(body: Json, customerId: string | null): Recipient | undefined {
    if (body === null) return undefined;
    if (!this.match.isAbout(customerId, body)) {
      throw lookupError('transient', RESOLVER_SECTION, 'the answer is about another customer and is not used');
    }
    return this.mapping.read(body);
  }
}
