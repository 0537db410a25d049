import type { JsonObject } from '@patchbay/plugin-sdk';

/** Address data of a customer, which mappings read as the variable `recipient`. Held in memory only. */
export interface Recipient extends JsonObject {}

/**
 * Standard fields of a recipient; a resolver may add others. The phone number is in E.164 format only if the source
 * provides that format.
 */
export const RECIPIENT_FIELDS = ['phone', 'email', 'pushToken', 'locale', 'timezone', 'firstName', 'lastName'] as const;
