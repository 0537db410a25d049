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

/** Event of the workload, in the form that plugins receive. */
export const event = { ...envelope, data };

/** Scope of the mapping: the values that the mapping can read. */
const scope = {
  event: envelope,
  data,
  enriched: {},
  recipient: { phone: '+919000000001', email: 'asha@example.com', firstName: 'Asha' },
  brand: { name: 'brand-01', timezone: 'Asia/Kolkata' },
};

/** Mapping of the workload, compiled as in the hub. */
const mapping = compileMapping({ body: MESSAGE_TEMPLATE }, { timezone: scope.brand.timezone });

/** Renders the message from the mapping. Throws if the mapping does not fit the event. */
export function renderMessage() {
  const rendered = mapping.render(scope);
  if (!rendered.ok) throw new Error(rendered.problem.message);
  return rendered.message;
}
