import {
  CAPILLARY_ENRICHMENTS,
  type BrandDefinition,
  type CapillaryAccess,
  type CapillaryEnrichmentSpec,
  type HttpEnrichmentSpec,
  type HttpLookupSpec,
  type PersonalPaths,
  type RecipientResolverSpec,
} from '@patchbay/core';
import type { CompileTask, JsonObject } from '@patchbay/mapping';
import { parseField, type FieldPath } from '../field-path.js';
import type { BrandChecks } from './brand-checks.js';
import type { ProblemList } from './problem-list.js';
import { personalCustomerPath } from './personal-customer-path.js';
import { readsRemovedPath } from './removed-paths.js';

const MIN_TIMEOUT_MS = 100;
/**
 * Maximum timeout of a lookup. Two lookups and the timeout of the vendor call must fit into the lease of a delivery.
 */
const MAX_TIMEOUT_MS = 10_000;
const MAX_WITHIN_MS = 1_000;

/** Check of the resolver, the enrichments, consent and the order of recipients. */
export class LookupCheck {
  constructor(
    private readonly definition: BrandDefinition,
    private readonly checks: BrandChecks,
    private readonly list: ProblemList,
  ) {}

  check(): void {
    const { recipients, enrichment, platform } = this.definition;
    this.checkOrder();
    if (recipients.resolver !== undefined) this.checkResolver(recipients.resolver, ['recipients', 'resolver']);
    for (const name of ['consent', 'transactionalConsent'] as const) {
      for (const [channel, rule] of Object.entries(recipients[name] ?? {})) {
        const at = ['recipients', name, channel];
        const task: CompileTask = { kind: 'mapping', source: { value: rule }, options: {} };
        this.checkKept(this.compiling(at, task) ?? [], at);
      }
    }
    if (platform !== undefined) this.checkBaseUrl(platform.capillary, ['platform', 'capillary']);
    if (enrichment?.capillary !== undefined) this.checkCapillary(enrichment.capillary, ['enrichment', 'capillary']);
    for (const [name, one] of Object.entries(enrichment?.http ?? {})) {
      this.checkHttpEnrichment(name, one, ['enrichment', 'http', name]);
    }
  }

  private checkOrder(): void {
    const { recipients, enrichment } = this.definition;
    const at = ['recipients', 'order'];
    const has = { event: true, enriched: enrichment !== undefined, resolver: recipients.resolver !== undefined };
    recipients.order.forEach((name, index) => {
      if (has[name]) return;
      const missing = name === 'enriched' ? 'enrichment' : 'recipients.resolver';
      this.list.add(
        [...at, index],
        `${name} needs ${missing}, which this brand does not have: add ${missing}, or remove ${name}`,
      );
    });
    if (has.resolver && !recipients.order.includes('resolver')) {
      this.list.add(
        at,
        'does not contain resolver, so recipients.resolver is never used: add resolver, or remove recipients.resolver',
      );
    }
  }

  private checkResolver(spec: RecipientResolverSpec, at: FieldPath): void {
    const roots = spec.bulk === undefined ? ['event', 'data'] : ['event', 'customerIds'];
    const reads = this.checkCall(spec, roots, at);
    this.checkAnswer(spec.mapping, [...at, 'mapping']);
    if (spec.customerId !== undefined) this.checkOutput(spec.customerId, [...at, 'customerId']);
    if (spec.bulk === undefined) return;
    const { withinMs, items } = spec.bulk;
    const bulkAt = [...at, 'bulk'];
    if (withinMs < 1 || withinMs > MAX_WITHIN_MS) {
      this.list.add([...bulkAt, 'within'], `has to be between 1ms and ${MAX_WITHIN_MS}ms`);
    }
    if (items !== undefined) this.checkOutput(items, [...bulkAt, 'items']);
    if (reads === undefined) return;
    const ids = ['event.customerId', 'customerIds'];
    const other = reads.find((read) => !ids.some((id) => read === id || read.startsWith(`${id}.`)));
    if (other !== undefined) {
      this.list.add(
        bulkAt,
        `a bulk request is for many customers, so it cannot read ${other}: read only ${ids.join(' and ')}`,
      );
    } else if (reads.length === 0) {
      this.list.add(
        bulkAt,
        'the request contains no customer id: add {{ event.customerId }} to url, or {{ customerIds }} to body',
      );
    }
  }

  private checkHttpEnrichment(name: string, spec: HttpEnrichmentSpec, at: FieldPath): void {
    if (CAPILLARY_ENRICHMENTS.some((taken) => taken === name)) {
      this.list.add(at, `${name} is reserved for an enrichment of Capillary: use another name`);
    }
    this.checkCall(spec, ['event', 'data'], at);
    if (spec.mapping !== undefined) this.checkAnswer(spec.mapping, [...at, 'mapping']);
    if (spec.recipient !== undefined) this.checkAnswer(spec.recipient, [...at, 'recipient']);
  }

  private checkCapillary(spec: CapillaryEnrichmentSpec, at: FieldPath): void {
    this.checkTimeout(spec.timeoutMs, at);
    // An address that the file leaves out is reported by the check of its content.
    if (spec.fromPlatform !== true && spec.baseUrl !== '') this.checkBaseUrl(spec, at);
    // A platform brings these enrichments, also if no subscription uses them.
    if (spec.fromPlatform !== true || this.usesCapillary()) this.checkCustomers(at);
  }

  private usesCapillary(): boolean {
    const names: readonly string[] = CAPILLARY_ENRICHMENTS;
    return this.definition.subscriptions.some(({ enrich = [] }) => enrich.some((name) => names.includes(name)));
  }

  private checkBaseUrl(spec: CapillaryAccess, at: FieldPath): void {
    const url = URL.canParse(spec.baseUrl) ? new URL(spec.baseUrl) : undefined;
    const plain =
      url !== undefined &&
      /^https?:$/.test(url.protocol) &&
      `${url.origin}${url.pathname}`.replace(/\/$/, '') === spec.baseUrl;
    if (!plain) {
      this.list.add(
        [...at, 'baseUrl'],
        'has to be the URL of your cluster without query, e.g. https://eu.api.capillarytech.com',
      );
    }
  }

  /**
   * Checks the request of a lookup.
   * @returns event paths that the request reads; undefined if it does not compile
   */
  private checkCall(spec: HttpLookupSpec, roots: readonly string[], at: FieldPath): readonly string[] | undefined {
    this.checkTimeout(spec.timeoutMs, at);
    if (spec.body !== undefined && spec.method === 'GET') {
      this.list.add([...at, 'body'], 'a GET request cannot have a body: set method to POST, or move the values to url');
    }
    const { url, body } = spec;
    const ofUrl = this.compiling([...at, 'url'], { kind: 'url', source: url, roots });
    const ofBody = body === undefined ? [] : this.compiling([...at, 'body'], { kind: 'template', source: body, roots });
    if (ofUrl === undefined || ofBody === undefined) return undefined;
    const reads = [...ofUrl, ...ofBody];
    this.checkKept(reads, at);
    if (ofUrl.some(isCustomer)) this.checkCustomers([...at, 'url']);
    else if (ofBody.some(isCustomer)) this.checkCustomers([...at, 'body']);
    return reads;
  }

  private checkKept(reads: readonly string[], at: FieldPath): void {
    const removed = readsRemovedPath(reads, this.definition.privacy, this.allPaths());
    if (removed === undefined) return;
    this.list.add(at, `reads ${removed}, which a pii-less brand removes from its events: use event.customerId instead`);
  }

  /** Rejects a lookup by customer id if the `pii-less` brand stores the ids of all its sources as hashes. */
  private checkCustomers(at: FieldPath): void {
    const { privacy, sources } = this.definition;
    const personal = sources.map(({ adapter, paths }) => {
      const known = this.checks.adapters.get(adapter);
      return known === undefined ? undefined : personalCustomerPath(known, paths, privacy);
    });
    const [path] = personal;
    if (path === undefined || personal.includes(undefined)) return;
    const source = sources[0]?.name ?? '';
    this.list.add(
      at,
      `reads the customer id, which source ${source} takes from ${path}. This path is personal, so a pii-less brand ` +
        'stores only a keyed hash, which the other system does not know: use another id in the source, or set ' +
        'privacy: standard',
    );
  }

  private checkTimeout(timeoutMs: number, at: FieldPath): void {
    if (timeoutMs >= MIN_TIMEOUT_MS && timeoutMs <= MAX_TIMEOUT_MS) return;
    this.list.add([...at, 'timeout'], `has to be between ${MIN_TIMEOUT_MS}ms and ${MAX_TIMEOUT_MS / 1_000}s`);
  }

  private checkAnswer(template: JsonObject, at: FieldPath): void {
    this.compiling(at, { kind: 'template', source: template, roots: ['body'] });
  }

  private checkOutput(template: string, at: FieldPath): void {
    this.compiling(at, { kind: 'template', source: { value: template }, roots: ['body'] });
  }

  /**
   * Compiles a template and adds its problem.
   * @returns paths that the template reads; undefined if it does not compile
   */
  private compiling(at: FieldPath, task: CompileTask): readonly string[] | undefined {
    const compiled = this.checks.compile(task);
    if (compiled.ok) return compiled.reads;
    const below = parseField(compiled.problem.path);
    this.list.add(below[0] === 'value' ? at : [...at, ...below], compiled.problem.reason);
    return undefined;
  }

  private allPaths(): readonly PersonalPaths[] {
    return this.definition.sources.flatMap(({ adapter }) => {
      const known = this.checks.adapters.get(adapter);
      return known === undefined ? [] : known.catalogue().map(({ type }) => known.personalPaths(type));
    });
  }
}

function isCustomer(read: string): boolean {
  return read === 'event.customerId' || read === 'customerIds' || read.startsWith('customerIds.');
}
