import { useSuspenseQuery } from '@tanstack/react-query';
import { hasRole, meQuery, type Me, type Role } from '../api/session';

/** Returns the caller. Only for components below the shell, which waits until the caller is known. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

/**
 * Returns true if the caller has the role or a higher role. Do not render a control for which the role is missing; on
 * the page of one object, render it disabled with the reason.
 */
export function useRole(role: Role): boolean {
  return hasRole(useMe(), role);
}
