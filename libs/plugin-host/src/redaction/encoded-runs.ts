/** Shorter runs hold nothing that would be taken for a sensitive value. */
const RUN = /[A-Za-z0-9+/_-]{8,}={0,2}/g;
/** Where in a group of four letters a run may begin: what stands before it may be of the same alphabet. */
const SHIFTS = [0, 1, 2, 3];

/**
 * Replaces what is base64 of anything sensitive, wherever in it that stands: the value is not at its beginning where a
 * whole body, a header of HTTP Basic or a token was encoded, and then its own base64 is not to be found.
 *
 * @param isSensitive whether a text holds something that must not be recorded
 */
export function withoutEncodedRuns(text: string, replacement: string, isSensitive: (text: string) => boolean): string {
  const runs = [...new Set(text.match(RUN))];
  if (runs.length === 0 || !isSensitive(runs.map(decoded).join('\n'))) return text;
  const sensitive = new Set(runs.filter((run) => isSensitive(decoded(run))));
  return text.replace(RUN, (run) => (sensitive.has(run) ? replacement : run));
}

/** A run as it reads from each place it may begin at, in both alphabets of base64. */
function decoded(run: string): string {
  const bytes = SHIFTS.map((shift) => Buffer.from(run.slice(shift), 'base64'));
  return bytes.map((one) => one.toString('utf8')).join('\n');
}
