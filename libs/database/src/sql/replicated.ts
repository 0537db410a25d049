/**
 * Query that makes the commit of its statement wait for a synchronous standby, and with it for all earlier commits. It
 * writes an empty message to the WAL, which changes no table. Does nothing if the server has no synchronous standbys.
 *
 * A row may be visible although no standby has it, for example if the primary restarted while the commit of the row
 * waited. A statement that only finds such a row does not wait by itself.
 */
export const REPLICATED = `SELECT pg_logical_emit_message(true, 'patchbay', '')
  WHERE current_setting('synchronous_standby_names') <> ''`;
