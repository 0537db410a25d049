import { DataSource, EntitySchema } from 'typeorm';
import { settings } from '../support.mjs';

/** Event that the API process received. */
export const Event = new EntitySchema({
  name: 'Event',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    eventId: { type: 'text', unique: true },
    brand: { type: 'text' },
    type: { type: 'text' },
    payload: { type: 'jsonb' },
    receivedAt: { type: 'timestamptz', createDate: true },
  },
  relations: { deliveries: { type: 'one-to-many', target: 'Delivery', inverseSide: 'event', cascade: ['insert'] } },
});

/** Delivery of one event to one destination. */
export const Delivery = new EntitySchema({
  name: 'Delivery',
  columns: {
    id: { type: 'uuid', primary: true, generated: 'uuid' },
    destination: { type: 'text' },
    status: { type: 'text' },
    attempts: { type: 'int' },
    updatedAt: { type: 'timestamptz', updateDate: true },
  },
  relations: { event: { type: 'many-to-one', target: 'Event', inverseSide: 'deliveries', joinColumn: true } },
  indices: [{ columns: ['event'] }],
});

/** Attempt to send a delivery. */
export const Attempt = new EntitySchema({
  name: 'Attempt',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    deliveryId: { type: 'uuid' },
    number: { type: 'int' },
    status: { type: 'int' },
    durationMs: { type: 'real' },
    at: { type: 'timestamptz', createDate: true },
  },
  indices: [{ columns: ['deliveryId'] }],
});

/** Connects to the database, and creates the tables if requested. */
export async function connect(synchronize) {
  const source = new DataSource({
    type: 'postgres',
    url: settings.databaseUrl,
    entities: [Event, Delivery, Attempt],
    synchronize,
    poolSize: 20,
  });
  return await source.initialize();
}
