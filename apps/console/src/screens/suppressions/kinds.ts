/** Kinds of addresses, as the API names them. */
export const KINDS = ['phone', 'email', 'pushToken'] as const;
/** Reasons of suppressions, as the API names them. */
export const REASONS = ['opt_out', 'complaint', 'hard_bounce', 'invalid', 'manual'] as const;
