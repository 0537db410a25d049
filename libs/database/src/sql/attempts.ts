/**
 * Builds a query of all attempts of deliveries. A first attempt that succeeded is stored in its ended delivery, and every
 * other attempt is a row of `attempts`. A row with the number 1 takes precedence. If a first attempt was part of a batch,
 * the messaging data of its delivery names the batch.
 * @param condition builds the condition on the id of the delivery
 */
export const attemptsOf = (condition: (deliveryId: string) => string): string => `
  SELECT
    a.delivery_id, a.number, a.started_at, a.duration_ms, a.outcome, a.message, a.vendor_code, a.request, a.response,
    a.direct IS TRUE AS direct, a.batch
  FROM attempts a WHERE ${condition('a.delivery_id')}
  UNION ALL
  SELECT
    d.id, 1, d.first_attempt_at, d.first_attempt_ms, 'accepted', NULL, NULL, d.first_attempt_request,
    d.first_attempt_response, d.first_attempt_direct IS TRUE, (d.messaging -> 'batch')::json
  FROM deliveries_ended d WHERE ${condition('d.id')} AND d.first_attempt_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM attempts other WHERE other.delivery_id = d.id AND other.number = 1)`;
