const OF_DESTINATION = 'destination_id IN (SELECT id FROM destinations WHERE brand_id = $brand)';
const OF_SOURCE = 'source_id IN (SELECT id FROM sources WHERE brand_id = $brand)';
const OF_DELIVERY = 'delivery_id IN (SELECT id FROM deliveries WHERE brand_id = $brand)';
const OF_DELIVERIES = (table: string): string =>
  `EXISTS (SELECT FROM deliveries d WHERE d.id = ANY(${table}.delivery_ids) AND d.brand_id = $brand)`;
/** The hub needs all rows, and they are the same for every brand. */
const ALL = 'true';
/** The rows concern the whole hub or people, and may name other brands. */
const NONE = 'false';

/** Conditions for the rows of a brand, by table. All other tables have the column `brand_id`. */
const CONDITIONS: Readonly<Record<string, string>> = {
  api_keys: 'brand_ids = ARRAY[$brand]',
  attempts: OF_DELIVERY,
  batches: OF_DESTINATION,
  brands: 'id = $brand',
  capillary_days: OF_SOURCE,
  capillary_missing_events: 'check_id IN (SELECT id FROM capillary_log_checks WHERE brand_id = $brand)',
  circuit_breakers: OF_DESTINATION,
  claims: OF_DELIVERIES('claims'),
  configuration: ALL,
  configuration_revisions: NONE,
  destination_health: OF_DESTINATION,
  destination_state_counter: ALL,
  file_scans: OF_SOURCE,
  hub_key: ALL,
  import_chunks: 'import_id IN (SELECT id FROM imports WHERE brand_id = $brand)',
  ingest_keys: 'event_id IN (SELECT id FROM events WHERE brand_id = $brand)',
  message_caps: OF_DELIVERIES('message_caps'),
  oauth_connections: OF_DESTINATION,
  oauth_requests: NONE,
  order_blocks: OF_DELIVERY,
  order_marks: OF_DELIVERY,
  pending_status_updates: OF_DESTINATION,
  people: NONE,
  quota_periods: OF_DESTINATION,
  quota_places: OF_DESTINATION,
  schema_compatibility: ALL,
  series_minutes: ALL,
  sessions: NONE,
  sign_in_links: NONE,
  source_activity: OF_SOURCE,
  status_checks: OF_DESTINATION,
  subscription_versions: 'subscription_id IN (SELECT id FROM subscriptions WHERE brand_id = $brand)',
  undelivered_deliveries: OF_DESTINATION,
};

/**
 * Returns the SQL condition for the rows of a brand. Throws if it is unknown which rows of the table belong to a brand.
 * @param brandId UUID, which becomes part of the SQL
 */
export function rowsOfBrand(table: string, columns: readonly string[], brandId: string): string {
  const condition = CONDITIONS[table] ?? (columns.includes('brand_id') ? 'brand_id = $brand' : undefined);
  if (condition === undefined) throw new Error(`It is unknown which rows of ${table} belong to a brand.`);
  return condition.replaceAll('$brand', `'${brandId}'::uuid`);
}
