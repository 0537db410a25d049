/**
 * SQL of the ids of subscriptions that have or had a route. Undecided deliveries of such a subscription have its id in
 * the place of their destination.
 */
export const ROUTED_SUBSCRIPTIONS = `SELECT v.subscription_id FROM subscription_versions v WHERE v.route IS NOT NULL`;

/**
 * SQL of the queues in which deliveries wait: one per destination, and one per subscription whose route has yet to choose
 * a destination. The queues of subscriptions have no name and are never held.
 */
export const QUEUES = `(
  SELECT q.id, q.brand_id, q.name, state.paused, state.open_until, q.disabled, q.deleted_at, false AS is_routing
  FROM destinations q JOIN destination_states state ON state.destination_id = q.id
  UNION ALL
  SELECT q.id, q.brand_id, NULL, false, NULL, false, NULL, true FROM subscriptions q
  WHERE q.id = ANY (ARRAY(${ROUTED_SUBSCRIPTIONS}))
)`;
