import type { JsonObject } from '@patchbay/plugin-sdk';

/** How to reach a customer: what a mapping sees as `recipient`. Held in memory only. */
export interface Recipient extends JsonObject {}

/** Names that have a meaning of their own; a resolver may add others. Phone is E.164 as far as the source says so. */
export const RECIPIENT_FIELDS = ['phone', 'email', 'pushToken', 'locale', 'timezone', 'firstName', 'lastName'] as const;
