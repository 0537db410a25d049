/** Contents of `postmaster.pid`, the status file of a running server. */
export interface PostmasterFile {
  readonly pid: number;
  /** TCP port. Undefined if the server has not written it yet. */
  readonly port: number | undefined;
  /** `starting`, `ready`, `standby` or `stopping`. Undefined if the server has not written it yet. */
  readonly status: string | undefined;
}

/**
 * Parses a `postmaster.pid`, which has one field per line (PostgreSQL: miscadmin.h, LOCK_FILE_LINE_*). Returns
 * undefined if the text is not valid.
 */
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
