import type { BrandDefinition, BrandPart, ConfigurationProblem, JsonObject, SubscriptionSpec } from '@patchbay/core';
import { brandFileSchema } from '../brand-file/brand-file.schema.js';
import type { BrandChecks } from '../brand-file/brand-checks.js';
import { checkOpenBrand, type CheckedBrand } from '../brand-file/check-brand.js';
import { toContent } from '../brand-file/to-content.js';
import { formatField } from '../field-path.js';
import { asJson, misplacedKeys, pathOfPart, SECTIONS, withPart } from './brand-parts.js';

/** Describes why a name is invalid. Undefined if it is valid. */
export function nameProblem(name: string): string | undefined {
  const { pattern, explain } = brandFileSchema.properties.brand;
  return new RegExp(pattern, 'u').test(name) ? undefined : explain;
}

/**
 * Checks a brand with one part replaced, like a brand file. Problems in the part have fields relative to the part. New
 * problems elsewhere in the brand have fields relative to the brand. Ignores problems elsewhere in the brand that
 * existed before the edit.
 * @param before the current brand, or an empty brand
 * @param partContent the whole content of the part after the edit
 */
export function checkEdit(
  before: BrandDefinition,
  part: BrandPart,
  partContent: JsonObject,
  checks: BrandChecks,
): CheckedBrand {
  const misplaced = misplacedKeys(part, partContent).map((field) => ({ field, message: misplacedMessage(field) }));
  if (misplaced.length > 0) return { problems: misplaced, warnings: [], reads: [] };
  const content = toContent({ ...before, subscriptions: affectedSubscriptions(before, part) });
  const after = checkOpenBrand(withPart(content, part, partContent), checks);
  const own = after.problems.filter(({ field }) => isWithin(field, part));
  const others = after.problems.filter(({ field }) => !isWithin(field, part));
  const known = others.length === 0 ? new Set() : new Set(checkOpenBrand(asJson(content), checks).problems.map(keyOf));
  const problems = [
    ...own.map(({ field, message }) => ({ field: fieldOfPart(field, part), message })),
    ...others.filter((problem) => !known.has(keyOf(problem))),
  ];
  // Warnings about other parts are not about the edit.
  const warnings = after.warnings
    .filter(({ field }) => isWithin(field, part))
    .map(({ field, message }) => ({ field: fieldOfPart(field, part), message }));
  if (problems.length > 0) return { problems, warnings, reads: [] };
  // If there is no definition, the content does not match the schema, so no further check is possible.
  if (after.definition === undefined) return after;
  const subscriptions = withReplaced(before.subscriptions, after.definition.subscriptions);
  return { definition: { ...after.definition, subscriptions }, problems, warnings, reads: after.reads };
}

/**
 * Selects the subscriptions to check. Subscriptions do not depend on each other, so it is enough to check the edited
 * subscription, unless the edit exceeds the maximum number of subscriptions. Checking all subscriptions takes about 200
 * ms.
 */
function affectedSubscriptions(
  { subscriptions }: BrandDefinition,
  { kind, name }: BrandPart,
): readonly SubscriptionSpec[] {
  if (kind !== 'subscription') return subscriptions;
  const edited = subscriptions.filter((one) => one.name === name);
  const { maxProperties } = brandFileSchema.properties.subscriptions;
  return edited.length === 0 && subscriptions.length >= maxProperties ? subscriptions : edited;
}

function withReplaced(
  all: readonly SubscriptionSpec[],
  changed: readonly SubscriptionSpec[],
): readonly SubscriptionSpec[] {
  return [...new Map([...all, ...changed].map((one) => [one.name, one])).values()];
}

function keyOf({ field, message }: ConfigurationProblem): string {
  return `${field}\n${message}`;
}

function isWithin(field: string, part: BrandPart): boolean {
  if (part.kind === 'brand') return !Object.values(SECTIONS).some((section) => field.startsWith(section));
  const partPath = formatField(pathOfPart(part));
  return field === partPath || field.startsWith(`${partPath}.`) || field.startsWith(`${partPath}[`);
}

function fieldOfPart(field: string, part: BrandPart): string {
  if (part.kind === 'brand') return field;
  return field.slice(formatField(pathOfPart(part)).length).replace(/^\./, '');
}

function misplacedMessage(field: string): string {
  if (field === 'brand') return 'unknown key. Did you mean "name"?';
  return `unknown key: change ${field} through their own endpoints below the brand`;
}
