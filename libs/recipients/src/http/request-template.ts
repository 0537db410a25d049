import {
  HashedIdentifierError,
  containsIdentifierHash,
  isIdentifierHash,
  type HttpLookupSpec,
  type Json,
} from '@patchbay/core';
import { compileTemplate, compileUrl, type CompiledTemplate, type CompiledUrl } from '@patchbay/mapping';
import { isJsonObject, type HttpRequest } from '@patchbay/plugin-sdk';
import { lookupError } from './lookup-failure.js';

/** Template for the request of a lookup. */
export class RequestTemplate {
  private readonly url: CompiledUrl;
  private readonly body: CompiledTemplate | undefined;
  private readonly readsCustomerId: boolean;

  /**
   * @param section section of the brand's file with the settings
   * @throws MappingError if a template is invalid, although it was checked when it was saved
   */
  constructor(
    private readonly spec: Pick<HttpLookupSpec, 'url' | 'method' | 'headers' | 'body'>,
    private readonly section: string,
    roots: readonly string[],
  ) {
    this.url = compileUrl(spec.url, roots);
    this.body = spec.body === undefined ? undefined : compileTemplate(spec.body, roots);
    this.readsCustomerId = [...this.url.reads, ...(this.body?.reads ?? [])].includes('event.customerId');
  }

  /**
   * Renders the request. Undefined if the event lacks a value that the URL needs, so that there is nothing to look up.
   * @throws HashedIdentifierError if the request needs a value that the brand stores only as a hash
   */
  request(scope: Readonly<Record<string, Json>>): HttpRequest | undefined {
    if (this.readsCustomerId && isHashed(scope['event'])) throw new HashedIdentifierError(this.section);
    const url = this.url.render(scope);
    if (!url.ok) {
      if (url.missing) return undefined;
      throw lookupError('mapping', this.section, `the URL cannot be rendered: ${url.problem}`);
    }
    if (containsIdentifierHash(url.url)) throw new HashedIdentifierError(this.section);
    const { method } = this.spec;
    const headers = { accept: 'application/json', ...this.spec.headers };
    if (this.body === undefined) return { method, url: url.url, headers };
    const body = this.body.render(scope);
    if (!body.ok) throw lookupError('mapping', this.section, `the body cannot be rendered: ${body.problem.message}`);
    if (containsIdentifierHash(JSON.stringify(body.message))) throw new HashedIdentifierError(this.section);
    return { method, url: url.url, headers, json: body.message };
  }
}

function isHashed(event: Json | undefined): boolean {
  const id = isJsonObject(event) ? event['customerId'] : undefined;
  return typeof id === 'string' && isIdentifierHash(id);
}

/** Returns a cache key. The keys of two requests are equal if the requests get the same answer. */
export function requestKey({ url, json }: HttpRequest): string {
  return json === undefined ? url : `${url}\n${JSON.stringify(json)}`;
}
