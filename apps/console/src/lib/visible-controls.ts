/**
 * Matches characters that change how a text is shown without being visible: direction controls, zero-width characters,
 * and control characters other than tab and line feed.
 */
// eslint-disable-next-line no-control-regex -- control characters are what this expression is for
export const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Part of a text: a visible part, or a hidden character as `U+202E`. */
export interface TextPart {
  readonly text: string;
  readonly isHidden: boolean;
}

/** Splits a text at its hidden characters, so that a page can show them as tokens. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), isHidden: false });
    const code = (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    parts.push({ text: `U+${code}`, isHidden: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), isHidden: false });
  return parts;
}
