import type { EnrichmentFailurePolicy, HttpEnrichmentSpec, Json } from '@patchbay/core';
import type { EventEnvelope, HttpClient } from '@patchbay/plugin-sdk';
import { responseJson, ResponseTemplate } from '../http/read-response.js';
import { LookupClient } from '../http/lookup-client.js';
import { RequestTemplate, requestKey } from '../http/request-template.js';
import { newResponseCache } from '../cache/response-cache.js';
import { SharedLookups } from '../cache/shared-lookups.js';
import type { BrandEnrichment, EnrichmentResult } from './brand-enrichment.js';

/** Enrichment from any HTTP API. */
export class HttpEnrichment implements BrandEnrichment {
  readonly onFailure: EnrichmentFailurePolicy;
  private readonly section: string;
  private readonly client: LookupClient;
  private readonly requests: RequestTemplate;
  private readonly mapping: ResponseTemplate | undefined;
  private readonly recipient: ResponseTemplate | undefined;
  private readonly lookups: SharedLookups<EnrichmentResult>;

  constructor(name: string, spec: HttpEnrichmentSpec, http: HttpClient) {
    this.section = `enrichment.http.${name}`;
    this.onFailure = spec.onFailure;
    this.client = new LookupClient(http, this.section, spec);
    this.requests = new RequestTemplate(spec, this.section, ['event', 'data']);
    this.mapping = spec.mapping && new ResponseTemplate(spec.mapping, `${this.section}.mapping`);
    this.recipient = spec.recipient && new ResponseTemplate(spec.recipient, `${this.section}.recipient`);
    this.lookups = new SharedLookups(newResponseCache(spec.cacheMs));
  }

  async fetch({ data, ...event }: EventEnvelope): Promise<EnrichmentResult | undefined> {
    const request = this.requests.request({ event, data });
    if (request === undefined) return undefined;
    return this.lookups.find(requestKey(request), async () => {
      const response = await this.client.request(request);
      return response === undefined ? undefined : this.read(responseJson(this.section, response));
    });
  }

  private read(body: Json): EnrichmentResult | undefined {
    if (body === null) return undefined;
    return {
      value: this.mapping === undefined ? body : this.mapping.read(body),
      recipient: this.recipient?.read(body) ?? {},
    };
  }
}
