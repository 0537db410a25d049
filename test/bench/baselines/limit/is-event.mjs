import Ajv from 'ajv';

/** Returns true if the body of a call is an event. */
export const isEvent = new Ajv().compile({
  type: 'object',
  required: ['eventName', 'eventId', 'data'],
  properties: {
    eventName: { type: 'string', minLength: 1, maxLength: 200 },
    eventId: { type: 'string', minLength: 1, maxLength: 200 },
    data: {
      type: 'object',
      required: ['customerIdentifiers'],
      properties: { customerIdentifiers: { type: 'object', required: ['customerId'] } },
    },
  },
});
