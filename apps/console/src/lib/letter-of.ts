/** Characters of a US keyboard by the position of the key. */
const PUNCTUATION: Readonly<Record<string, string>> = { Slash: '/', BracketLeft: '[', BracketRight: ']' };

/**
 * Returns the character of a key that was pressed. If the keyboard layout has no Latin letters, such as the Arabic
 * layout, this is the character of a US keyboard.
 */
export function letterOf({ key, code, shiftKey }: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  if (key.length > 1 || key <= '~') return key;
  if (code === 'Slash' && shiftKey) return '?';
  return PUNCTUATION[code] ?? (code.startsWith('Key') ? code.slice('Key'.length).toLowerCase() : key);
}
