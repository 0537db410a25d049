import { ProblemError } from '../../http/problem.js';

/**
 * Refuses a change that is based on an outdated state.
 * @param ifMatch `If-Match` header: entity tags, or * for any state
 * @throws ProblemError 412
 */
export function refuseStale(ifMatch: string | undefined, tag: string): void {
  if (ifMatch === undefined) return;
  const tags = ifMatch.split(',').map((one) => one.trim());
  if (tags.includes('*') || tags.includes(tag)) return;
  throw new ProblemError(
    412,
    'The object was changed after you read it, so your change was not made. Get the object again and repeat the change ' +
      'with its new ETag as If-Match.',
  );
}
