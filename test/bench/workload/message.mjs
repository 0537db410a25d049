/** Message template that every system renders, with twelve Liquid template strings. */
export const MESSAGE_TEMPLATE = {
  id: '{{ event.id }}',
  sentAtUs: '{{ data.sentAtUs }}',
  kind: 'points_issued',
  customer: '{{ event.customerId }}',
  firstName: '{{ data.customerIdentifiers.firstName | upcase }}',
  points: '{{ data.totalPointsIssued }}',
  balance: '{{ data.programCurrentPoints }}',
  lifetime: '{{ data.programLifetimePoints }}',
  activity: '{{ data.triggeringActivity.name | downcase }}',
  store: {
    code: '{{ data.triggeringActivity.enteredBy.store.code }}',
    name: '{{ data.triggeringActivity.enteredBy.store.name }}',
  },
  occurredAt: '{{ event.occurredAt }}',
  text: 'You earned {{ data.totalPointsIssued }} points.',
};
