import { compileMapping } from '@patchbay/mapping';
import { sampleEvent } from './event.mjs';
import { MESSAGE_TEMPLATE } from './message.mjs';

const { data, eventId, eventName } = sampleEvent();
const occurredAt = '2026-01-31T10:00:00.000Z';
const envelope = {
  id: eventId,
  type: eventName,
  brand: 'brand-01',
  source: 'loyalty',
  customerId: '700100000',
  occurredAt,
  receivedAt: occurredAt,
};

/** The workload's event as plugins see it. */
export const event = { ...envelope, data };

/** What its mapping sees. */
const scope = {
  event: envelope,
  data,
  enriched: {},
  recipient: { phone: '+919000000001', email: 'asha@example.com', firstName: 'Asha' },
  brand: { name: 'brand-01', timezone: 'Asia/Kolkata' },
};

/** Compiled as the hub compiles it. */
const mapping = compileMapping({ body: MESSAGE_TEMPLATE }, { timezone: scope.brand.timezone });

/** Renders it. Throws where the mapping does not fit the event. */
export function renderMessage() {
  const rendered = mapping.render(scope);
  if (!rendered.ok) throw new Error(rendered.problem.message);
  return rendered.message;
}
