/** A user of the system that PostgreSQL runs as, by its numbers. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}
