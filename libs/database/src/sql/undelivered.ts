import { NOT_ARRIVED } from '@patchbay/core';

/**
 * SQL of an insert into the list of undelivered deliveries. `rows` are deliveries; deliveries that arrived are left out.
 * If the vendor status of a delivery changes again, the list has a row per status.
 *
 * The list is a table of its own. With an index on the vendor status, a status update could not change its row in place
 * (HOT). Each status update would then add an entry to every index of the table.
 */
export const listUndelivered = (rows: string): string => `
  INSERT INTO undelivered_deliveries (destination_id, vendor_status, delivery_id, expires_at)
  SELECT destination_id, vendor_status, id, created_at + (retention_days + 1) * interval '1 day' FROM ${rows}
  WHERE vendor_status IN (${NOT_ARRIVED.map((status) => `'${status}'`).join(', ')})
  ON CONFLICT DO NOTHING`;
