/** Messages a second on one core: the mapping of the benchmark, twelve leaves, as the hub compiles and renders it. */
import { compileMapping } from '@patchbay/mapping';
import { sampleEvent } from '../workload/event.mjs';
import { MESSAGE_TEMPLATE } from '../workload/message.mjs';
import { cpuMicrosecondsOf } from './cpu-time.mjs';

const { data, eventId: id, eventName: type } = sampleEvent();
const occurredAt = '2026-01-31T10:00:00.000Z';
const event = {
  id,
  type,
  brand: 'brand-01',
  source: 'loyalty',
  customerId: '700100000',
  occurredAt,
  receivedAt: occurredAt,
};
const mapping = compileMapping({ body: MESSAGE_TEMPLATE }, { timezone: 'Asia/Kolkata' });
const brand = { name: 'brand-01', timezone: 'Asia/Kolkata' };
const scope = { event, data, enriched: {}, recipient: {}, brand };

const render = () => {
  const rendered = mapping.render(scope);
  if (!rendered.ok) throw new Error(rendered.problem.message);
};

process.send(1_000_000 / (await cpuMicrosecondsOf(render)));
process.disconnect();
