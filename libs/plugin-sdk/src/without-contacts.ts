/** Maximum number of characters of a status update's `detail`. */
const MAX_DETAIL = 200;

/**
 * Returns the words of a vendor for the `detail` of a status update. Replaces e-mail addresses and numbers with 7 to 15
 * digits, which may be phone numbers, by `…`. Returns at most 200 characters.
 */
export function withoutContacts(words: string): string {
  return words
    .slice(0, 4 * MAX_DETAIL)
    .replace(/[^\s<>@]+@[^\s<>@]+/g, '…')
    .replace(/\+?\d{7,15}/g, '…')
    .slice(0, MAX_DETAIL)
    .trim();
}
