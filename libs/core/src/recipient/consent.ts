import { compileMapping, type CompiledMapping, type MappingScope } from '@patchbay/mapping';
import type { BrandLookups } from '../configuration/lookups.js';

/** Whether a customer may be written to, or why that could not be told. */
export type Consent =
  { readonly kind: 'given' } | { readonly kind: 'missing' } | { readonly kind: 'mapping'; readonly message: string };

/** What systems write for yes. Anything else, nothing included, is no consent. */
const YES = new Set([
  'true',
  'yes',
  'y',
  '1',
  'on',
  'optin',
  'opt-in',
  'opted-in',
  'opted_in',
  'granted',
  'subscribed',
]);

const compiled = new WeakMap<object, ReadonlyMap<string, CompiledMapping>>();

/** What the rule for a channel reads, as paths; nothing where there is none. */
export function consentReads(channel: string, rules: BrandLookups['consent']): readonly string[] {
  return rules === undefined ? [] : (compiledRules(rules).get(channel)?.reads ?? []);
}

/**
 * Asks the brand's rule for a channel. A channel without a rule needs no consent.
 * @param channel the category of the destination's type
 */
export function consentFor(channel: string, rules: BrandLookups['consent'], scope: MappingScope): Consent {
  const mapping = rules === undefined ? undefined : compiledRules(rules).get(channel);
  if (mapping === undefined) return { kind: 'given' };
  const rendered = mapping.render(scope);
  if (!rendered.ok) return { kind: 'mapping', message: `recipients.consent: ${rendered.problem.message}` };
  const [answer = null] = Object.values(rendered.message);
  const text = typeof answer === 'object' ? '' : String(answer).trim().toLowerCase();
  return { kind: YES.has(text) ? 'given' : 'missing' };
}

function compiledRules(rules: NonNullable<BrandLookups['consent']>): ReadonlyMap<string, CompiledMapping> {
  const known = compiled.get(rules);
  if (known !== undefined) return known;
  const fresh = new Map(
    Object.entries(rules).map(([channel, template]) => [channel, compileMapping({ [channel]: template })] as const),
  );
  compiled.set(rules, fresh);
  return fresh;
}
