import { ProblemError } from '../../http/problem.js';

/**
 * Refuses a change that was made to an older state than the one there is.
 * @param ifMatch `If-Match` as it came: entity tags, or * for any state
 * @throws ProblemError 412
 */
export function refuseStale(ifMatch: string | undefined, tag: string): void {
  if (ifMatch === undefined) return;
  const tags = ifMatch.split(',').map((one) => one.trim());
  if (tags.includes('*') || tags.includes(tag)) return;
  throw new ProblemError(
    412,
    'It has changed since you read it: get it again, and make your change to that. If-Match takes the ETag of the answer.',
  );
}
