/** Channels of messages to customers, as the API names them: categories of destination types, and keys of caps. */
export const CHANNELS = ['sms', 'email', 'push'] as const;

/** Returns true if destinations of a category send messages to customers. */
export function isChannel(category: string | undefined): boolean {
  return CHANNELS.some((channel) => channel === category);
}
