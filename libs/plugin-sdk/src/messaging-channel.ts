/** Channels of messages to customers. Consent, caps and quiet hours are set per channel. */
export const MESSAGING_CHANNELS = ['sms', 'email', 'push', 'whatsapp', 'chat'] as const;
/** One of {@link MESSAGING_CHANNELS}. */
export type MessagingChannel = (typeof MESSAGING_CHANNELS)[number];
