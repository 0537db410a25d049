import { shortText } from '../../../ui/schema-field';

/** Returns a field of a message as text. Empty if it is missing. */
export function textOf(message: Readonly<Record<string, unknown>>, field: string): string {
  return shortText(message[field]);
}
