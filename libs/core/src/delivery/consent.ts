import { compileMapping, type CompiledMapping, type MappingScope } from '@patchbay/mapping';
import type { MessagingChannel } from '@patchbay/plugin-sdk';
import type { MessagePurpose } from '../configuration/brand-definition.js';
import type { CompiledSource } from '../configuration/compiled-brand.js';
import type { BrandLookups, ConsentRules } from '../configuration/lookups.js';

/** Consent of a customer for a channel. `mapping` means that the template of the consent rule failed. */
export type Consent =
  { readonly kind: 'given' } | { readonly kind: 'missing' } | { readonly kind: 'mapping'; readonly message: string };

/** Values that count as consent. No other value counts, and neither does a missing value. */
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

/** Properties of a message that determine its consent rules. */
export interface ConsentFacts {
  readonly purpose: MessagePurpose;
  /** Source of the message's event. Undefined if the source was deleted. */
  readonly source: Pick<CompiledSource, 'record'> | undefined;
}

/**
 * Returns the consent rules that apply to a message. Undefined if it needs no consent: the operational events of the hub go
 * to the brand's operators, who are not its customers.
 */
export function consentRulesFor(
  { purpose, source }: ConsentFacts,
  { consent, transactionalConsent }: Pick<BrandLookups, 'consent' | 'transactionalConsent'>,
): ConsentRules | undefined {
  if (purpose === 'promotional') return consent;
  return source?.record.managedBy === 'hub' ? undefined : transactionalConsent;
}

/** Returns the paths that the consent rule of a channel reads. Empty if the channel has no rule. */
export function consentReads(channel: MessagingChannel | null, rules: ConsentRules | undefined): readonly string[] {
  return ruleOf(channel, rules)?.reads ?? [];
}

/**
 * Evaluates the consent rule for a channel. A channel without a consent rule needs no consent.
 * @param channel null for messages that no customer receives, which need no consent
 */
export function consentFor(
  channel: MessagingChannel | null,
  rules: ConsentRules | undefined,
  scope: MappingScope,
): Consent {
  const mapping = ruleOf(channel, rules);
  if (mapping === undefined) return { kind: 'given' };
  const rendered = mapping.render(scope);
  if (!rendered.ok) return { kind: 'mapping', message: `consent rule of ${channel}: ${rendered.problem.message}` };
  const [answer = null] = Object.values(rendered.message);
  const text = typeof answer === 'object' ? '' : String(answer).trim().toLowerCase();
  return { kind: YES.has(text) ? 'given' : 'missing' };
}

function ruleOf(channel: MessagingChannel | null, rules: ConsentRules | undefined): CompiledMapping | undefined {
  return channel === null || rules === undefined ? undefined : compiledRules(rules).get(channel);
}

function compiledRules(rules: ConsentRules): ReadonlyMap<string, CompiledMapping> {
  const known = compiled.get(rules);
  if (known !== undefined) return known;
  const fresh = new Map(
    Object.entries(rules).map(([channel, template]) => [channel, compileMapping({ [channel]: template })] as const),
  );
  compiled.set(rules, fresh);
  return fresh;
}
