/** Base64-like runs. Shorter runs cannot contain a sensitive value. */
const RUN = /[A-Za-z0-9+/_-]{8,}={0,2}/g;
/** Offsets at which base64 may begin in a run, because characters before it may belong to the same alphabet. */
const SHIFTS = [0, 1, 2, 3];

/**
 * Replaces base64 runs that contain a sensitive value at any position. The value is not at the start of the run if a
 * whole body, an HTTP Basic header or a token was encoded. A search for the value's own base64 would miss it.
 *
 * @param isSensitive returns true if a text contains a value that must not be recorded
 */
export function withoutEncodedRuns(text: string, replacement: string, isSensitive: (text: string) => boolean): string {
  const runs = [...new Set(text.match(RUN))];
  if (runs.length === 0 || !isSensitive(runs.map(decoded).join('\n'))) return text;
  const sensitive = new Set(runs.filter((run) => isSensitive(decoded(run))));
  return text.replace(RUN, (run) => (sensitive.has(run) ? replacement : run));
}

/** Decodes a run from each possible offset, in both base64 alphabets. */
function decoded(run: string): string {
  const bytes = SHIFTS.map((shift) => Buffer.from(run.slice(shift), 'base64'));
  return bytes.map((one) => one.toString('utf8')).join('\n');
}
