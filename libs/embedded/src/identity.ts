/** System user that PostgreSQL runs as, by uid and gid. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}
