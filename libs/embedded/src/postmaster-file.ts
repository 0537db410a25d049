/** What a running server says about itself in `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** TCP port; undefined while it has not got that far. */
  readonly port: number | undefined;
  /** `starting`, `ready`, `standby` or `stopping`; undefined while it has not got that far. */
  readonly status: string | undefined;
}

/** Reads the text of a `postmaster.pid`, a field a line (PostgreSQL: miscadmin.h, LOCK_FILE_LINE_*); undefined if it is none. */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const port = Number(lines[3]);
  const status = lines[7];
  return {
    pid,
    port: Number.isInteger(port) && port > 0 ? port : undefined,
    status: status === undefined || status === '' ? undefined : status,
  };
}
