import type { RetentionDays } from '@patchbay/core';
import { Entity, PrimaryColumn } from 'typeorm';

/** Customer named by an event. */
@Entity('event_customers')
export class EventCustomerEntity {
  @PrimaryColumn('uuid', { name: 'brand_id' })
  brandId: string;

  @PrimaryColumn('text', { name: 'customer_id' })
  customerId: string;

  @PrimaryColumn('uuid', { name: 'event_id' })
  eventId: string;

  @PrimaryColumn('smallint', { name: 'retention_days' })
  retentionDays: RetentionDays;
}
