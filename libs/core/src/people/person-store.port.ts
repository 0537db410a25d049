import type { Page, PageRequest } from '../admin/read-store.port.js';
import type { Actor } from '../audit/audit-log.port.js';
import type { Person, PersonIdentity } from './person.js';

/** Store of the people who have used the hub. */
export interface PersonStore {
  /**
   * Stores that a person uses the hub now, and returns the person. A missing name keeps the stored name. Stores nothing
   * and resolves with null if the person has been removed.
   */
  remember(identity: PersonIdentity): Promise<Person | null>;
  /** Resolves with null if no row of the person exists. */
  find(id: string): Promise<Person | null>;
  /** Lists people, also removed ones, newest first. Rejects with a CursorError if the cursor is not of this list. */
  list(page: PageRequest): Promise<Page<Person>>;
  /** Returns the present names of people by their ids, without the people who have none. */
  namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Removes a person from the hub: ends the sessions of the person, and makes {@link remember} refuse the person. Records
   * keep the name. Resolves with false if the person does not exist. A repeated call changes nothing.
   */
  remove(id: string, actor: Actor): Promise<boolean>;
  /** Lets a removed person use the hub again. Resolves with false if the person does not exist. */
  restore(id: string, actor: Actor): Promise<boolean>;
  /**
   * Deletes the name and the subject of a person, and ends the sessions. All records then show only the id. The next
   * {@link remember} stores a new person, also if the person had been removed. Resolves with
   * false if the person does not exist.
   */
  erase(id: string, actor: Actor): Promise<boolean>;
}
