import type { BrandDefinition } from '@patchbay/core';
import { suggestion } from '../suggestion.js';
import type { ProblemList } from './problem-list.js';

/**
 * Warns about a group of limits that has one destination only, because its name may be misspelled. The first destination
 * of a new group must be accepted, so this is not a problem.
 */
export function checkLimitGroups({ destinations }: BrandDefinition, list: ProblemList): void {
  const groups = destinations.flatMap(({ limits }) => limits.group ?? []);
  for (const { name, limits } of destinations) {
    const { group } = limits;
    if (group === undefined || groups.filter((other) => other === group).length > 1) continue;
    const path = ['destinations', name, 'limits', 'group'];
    const others = [...new Set(groups)].filter((other) => other !== group);
    const known = others.length === 0 ? '' : ` Other groups: ${others.join(', ')}.`;
    list.warn(
      path,
      `no other destination is in the group ${list.quote(path, group)}, so it shares its limits with none: ` +
        `use the name of another group, or remove group.${suggestion(group, others)}${known}`,
    );
  }
}
