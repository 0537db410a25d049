/**
 * Maximum number of ids that an id is linked to. An id with more links belongs to no single customer: shops send one
 * number for all customers without a number. The links of such an id are not followed.
 */
const MAX_LINKS = 10;

/**
 * Returns the query for the ids that are linked to a customer, as `linked_id`.
 * @param brand SQL of the brand's id
 * @param customer SQL of the customer's id
 */
export function linkedIds(brand: string, customer: string): string {
  const hasFew = (id: string): string =>
    `NOT EXISTS (SELECT FROM customer_links s WHERE s.brand_id = ${brand} AND s.customer_id = ${id} OFFSET ${MAX_LINKS})`;
  // The first condition depends on no row, so that PostgreSQL reads none of the links of an id with many links.
  return `SELECT k.linked_id FROM customer_links k
    WHERE k.brand_id = ${brand} AND k.customer_id = ${customer} AND ${hasFew(customer)} AND ${hasFew('k.linked_id')}`;
}

/** Returns the ids that are linked to a customer. $1 brand, $2 customer */
export const LINKED_IDS = linkedIds('$1::uuid', '$2::text');

/** Deletes the links of a customer, in both directions. $1 brand, $2 customer */
export const DROP_LINKS = `
WITH own AS (
  SELECT k.linked_id AS id FROM customer_links k WHERE k.brand_id = $1::uuid AND k.customer_id = $2::text
)
DELETE FROM customer_links l USING (SELECT $2::text, id FROM own UNION ALL SELECT id, $2::text FROM own) pair (a, b)
WHERE l.brand_id = $1::uuid AND l.customer_id = pair.a AND l.linked_id = pair.b`;
