import type { BrandDefinition, BrandPart, ConfigurationProblem, JsonObject, SubscriptionSpec } from '@patchbay/core';
import { brandFileSchema } from '../brand-file/brand-file.schema.js';
import type { BrandChecks } from '../brand-file/brand-checks.js';
import { checkOpenBrand, type CheckedBrand } from '../brand-file/check-brand.js';
import { toContent } from '../brand-file/to-content.js';
import { formatField } from '../field-path.js';
import { asJson, misplacedKeys, pathOfPart, SECTIONS, withPart } from './brand-parts.js';

/** Why a text cannot be the name of anything; undefined where it can. */
export function nameProblem(name: string): string | undefined {
  const { pattern, explain } = brandFileSchema.properties.brand;
  return new RegExp(pattern, 'u').test(name) ? undefined : explain;
}

/**
 * Checks a brand in which one part says something else, as its file would be checked. Fields are those of the part; of
 * what else the change breaks, they are the brand's. What was wrong before and lies elsewhere is no problem of this edit.
 * @param before the brand as it is, or as it would be with nothing in it
 * @param partContent the whole content of the part after the edit
 */
export function checkEdit(
  before: BrandDefinition,
  part: BrandPart,
  partContent: JsonObject,
  checks: BrandChecks,
): CheckedBrand {
  const misplaced = misplacedKeys(part, partContent).map((field) => ({ field, message: misplacedMessage(field) }));
  if (misplaced.length > 0) return { problems: misplaced };
  const content = toContent({ ...before, subscriptions: affectedSubscriptions(before, part) });
  const after = checkOpenBrand(withPart(content, part, partContent), checks);
  const own = after.problems.filter(({ field }) => isWithin(field, part));
  const others = after.problems.filter(({ field }) => !isWithin(field, part));
  const known = others.length === 0 ? new Set() : new Set(checkOpenBrand(asJson(content), checks).problems.map(keyOf));
  const problems = [
    ...own.map(({ field, message }) => ({ field: fieldOfPart(field, part), message })),
    ...others.filter((problem) => !known.has(keyOf(problem))),
  ];
  if (problems.length > 0) return { problems };
  // A brand that no schema fits cannot be checked any further: what is wrong has to be fixed first.
  if (after.definition === undefined) return after;
  const subscriptions = withReplaced(before.subscriptions, after.definition.subscriptions);
  return { definition: { ...after.definition, subscriptions }, problems };
}

/**
 * No subscription depends on another: of many, only the edited one is looked at, unless it is one too many. All of them
 * take some 200 ms.
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
  if (field === 'brand') return 'this key is not known here. Did you mean name?';
  return `this key is not known here: ${field} have an address of their own below the brand's`;
}
