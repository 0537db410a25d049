import type { JsonObject } from '@patchbay/plugin-sdk';

/** Address data of a customer: the variable `recipient` of a mapping. Held in memory only. */
export interface Recipient extends JsonObject {}

/** Standard fields; a resolver may add others. The phone number is E.164 only if the source provides it in that format. */
export const RECIPIENT_FIELDS = ['phone', 'email', 'pushToken', 'locale', 'timezone', 'firstName', 'lastName'] as const;
