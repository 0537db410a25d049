/** Channels of messages to customers, as the API names them. */
export const CHANNELS = ['sms', 'email', 'push', 'whatsapp', 'chat'] as const;
