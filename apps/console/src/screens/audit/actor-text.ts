import type { Entry } from '@patchbay/client';

type Actor = Entry<'/v1/audit'>['actor'];

/**
 * Returns the name of an actor, followed by the id of a person at the identity provider. People may choose their names, so
 * a name alone could look like PATCHBAY_ADMIN_KEY or like another person.
 */
export function actorText({ name, person }: Pick<Actor, 'name' | 'person'>): string {
  const subject = person?.subject ?? null;
  return subject === null ? name : `${name} · ${subject}`;
}
