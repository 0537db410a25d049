/**
 * Builds the common table expressions that insert the row of a claim and delete the rows of ended claims. Leases are
 * found only through the rows of `claims`, so a statement that leases deliveries must contain these expressions. The
 * statement takes the parameters `token` and `ended`, the tokens of claims that have ended.
 * @param leased the leased deliveries, with their column `id`; nothing is inserted if there are none
 * @param checkAt time at which to check the leases, as an aggregate over `leased`
 */
export const recordClaim = (leased: string, checkAt: string): string => `new_claim AS (${newClaim(leased, checkAt)}
), deleted_claims AS (
  DELETE FROM claims WHERE token = ANY ($ended)
)`;

/** Builds the statement that inserts the row of a claim, see {@link recordClaim}. */
export const newClaim = (leased: string, checkAt: string): string => `
  INSERT INTO claims (token, delivery_ids, check_at)
  SELECT $token, array_agg(id), ${checkAt} FROM ${leased}
  HAVING count(*) > 0`;
