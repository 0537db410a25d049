import type { Person, PersonIdentity } from './person.js';

/** Store of the people who have used the hub. */
export interface PersonStore {
  /** Stores that a person uses the hub now, and returns the person. A missing name keeps the stored name. */
  remember(identity: PersonIdentity): Promise<Person>;
}
