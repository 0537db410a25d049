import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PlantedValues } from './planted.js';

const FOLDER = resolve('test/fixtures/events');

/**
 * Returns one realistic event of each documented type. The events are about the people whose personal values the test
 * plants.
 */
export function plantedEvents(values: PlantedValues['event']): readonly string[] {
  return readdirSync(FOLDER).map((file) => about(readFileSync(join(FOLDER, file), 'utf8'), values));
}

/** Returns a `pointsIssued` event with the personal values of the tests, and with fields that no catalogue declares. */
export function pointsIssued(eventId: string, customerId: number, { event, unknown }: PlantedValues): string {
  const fixture = readFileSync(join(FOLDER, 'pointsIssued.json'), 'utf8');
  const known = JSON.parse(about(fixture, event).replaceAll('700100201', String(customerId))) as {
    readonly data: Readonly<Record<string, unknown>>;
  };
  return JSON.stringify({
    ...known,
    eventId,
    eventSearchKey: event.searchKey,
    traceAttributes: { by: event.searchKey },
    mobile: event.phone,
    data: {
      ...known.data,
      customFields: [{ key: 'note', value: event.customField }],
      extendedFields: { deviceToken: event.deviceToken },
      requestAttributes: { body: { address: event.address, notes: event.freeText } },
      ipAddress: event.ipAddress,
      somethingNew: { note: unknown.field },
    },
  });
}

/** Returns an event of an undeclared type. The event has no id, so the hub uses a hash of its content as the id. */
export function unknownEvent({ event, unknown }: PlantedValues): string {
  return JSON.stringify({
    eventName: 'plantedSomething',
    orgId: 90_001,
    data: { customerId: 700_100_201, phone: event.phone, firstName: event.firstName, remark: unknown.type },
  });
}

/**
 * Returns a `pointsIssued` event in which every kind of identifier is an e-mail address or a phone number. Some of the
 * phone numbers are JSON numbers.
 */
export function identifiedByContact({ identity }: PlantedValues): string {
  const { email, phone, textAsNumber, reference, envelopeId, messageId } = identity;
  return JSON.stringify({
    ...{ eventName: 'pointsIssued', eventId: messageId, orgId: 90_001, refId: envelopeId, apiRequestId: phone },
    data: {
      customerIdentifiers: { customerId: email, loyaltyType: email },
      entityInformation: { entityType: 'USER', entityId: phone },
      totalPointsIssued: textAsNumber,
      programCurrentPoints: email,
      loyaltyProgramId: phone,
      triggeringActivity: {
        name: `call ${phone}`,
        identifiers: [
          { key: 'billNumber', value: reference },
          { key: 'mobile', value: textAsNumber },
        ],
      },
    },
  });
}

/** Returns events of a shop that identifies customers by an e-mail address, a phone number or a nickname. */
export function shopEvents({ identity }: PlantedValues): readonly string[] {
  const { email, phone, messageId, nickname } = identity;
  const bodies = [
    { id: `welcome:${messageId.slice(1)}`, buyer: ` ${email.toUpperCase()}` },
    { id: email, buyer: [phone, phone.slice(1)] },
    { id: 'shop-3', buyer: phone.slice(1), nickname },
  ];
  return bodies.map((body) => JSON.stringify({ type: 'ordered', ...body }));
}

/** Replaces the personal values in a fixture by the personal values that the test plants. */
function about(fixture: string, values: PlantedValues['event']): string {
  const replacements: readonly (readonly [string, string])[] = [
    ['Asked by Asha at the counter', values.freeText],
    ['919000000001', digits(values.phone)],
    ['919000000002', digits(values.secondPhone)],
    ['asha@example.com', values.email],
    ['ravi@example.com', values.secondEmail],
    ['"Asha"', JSON.stringify(values.firstName)],
    ['"Nandakumar"', JSON.stringify(values.lastName)],
    ['CARD-4111-0001', values.card],
    ['EXT-0001', values.externalId],
    ['wx-open-id-7731', values.openId],
    ['allergic to peanuts', values.customField],
  ];
  return replacements.reduce((text, [from, to]) => text.replaceAll(from, to), fixture);
}

function digits(phone: string): string {
  return phone.slice(1);
}
