import type { EnrichmentFailurePolicy, HttpEnrichmentSpec, Json } from '@patchbay/core';
import type { EventEnvelope, HttpClient } from '@patchbay/plugin-sdk';
import { answerJson } from '../http/answer-json.js';
import { AnswerTemplate } from '../http/answer-template.js';
import { LookupClient } from '../http/lookup-client.js';
import { RequestTemplate, requestKey } from '../http/request-template.js';
import { newMemory } from '../memory/new-memory.js';
import { SharedLookups } from '../memory/shared-lookups.js';
import type { BrandEnrichment, Fetched } from './brand-enrichment.js';

/** Any HTTP API that knows more about an event. */
export class HttpEnrichment implements BrandEnrichment {
  readonly onFailure: EnrichmentFailurePolicy;
  private readonly what: string;
  private readonly client: LookupClient;
  private readonly requests: RequestTemplate;
  private readonly mapping: AnswerTemplate | undefined;
  private readonly recipient: AnswerTemplate | undefined;
  private readonly lookups: SharedLookups<Fetched>;

  constructor(name: string, spec: HttpEnrichmentSpec, http: HttpClient) {
    this.what = `enrichment.http.${name}`;
    this.onFailure = spec.onFailure;
    this.client = new LookupClient(http, this.what, spec);
    this.requests = new RequestTemplate(spec, this.what, ['event', 'data']);
    this.mapping = spec.mapping && new AnswerTemplate(spec.mapping, `${this.what}.mapping`);
    this.recipient = spec.recipient && new AnswerTemplate(spec.recipient, `${this.what}.recipient`);
    this.lookups = new SharedLookups(newMemory(spec.cacheMs));
  }

  async fetch({ data, ...event }: EventEnvelope): Promise<Fetched | undefined> {
    const request = this.requests.request({ event, data });
    if (request === undefined) return undefined;
    return this.lookups.find(requestKey(request), async () => {
      const answer = await this.client.ask(request);
      return answer === undefined ? undefined : this.read(answerJson(this.what, answer));
    });
  }

  private read(body: Json): Fetched | undefined {
    if (body === null) return undefined;
    return {
      value: this.mapping === undefined ? body : this.mapping.read(body),
      recipient: this.recipient?.read(body) ?? {},
    };
  }
}
