/** Encoding, length and number of segments of an SMS. */
export interface SmsSize {
  /** `gsm7` if the GSM-7 alphabet contains every character of the text; otherwise `ucs2`. */
  readonly encoding: 'gsm7' | 'ucs2';
  /** Length in units of the encoding. `€` is two units in GSM-7, an emoji is two units in UCS-2. */
  readonly characters: number;
  readonly segments: number;
  /** Units that fit into one segment of this message: fewer if the message has several segments. */
  readonly perSegment: number;
}

/** Default alphabet of 3GPP TS 23.038, 6.2.1. Characters of its extension table take two septets. */
const ALPHABET = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENSION = new Set('\f^{}\\[~]|€');
/**
 * Units per segment. `alone`: in a message of one segment. `joined`: in a message of several segments, because each of
 * them contains a header (3GPP TS 23.040, 9.2.3.24.1).
 */
const SEGMENT_UNITS = { gsm7: { alone: 160, joined: 153 }, ucs2: { alone: 70, joined: 67 } };

/** Counts the segments of a text. A character of two units (`€` in GSM-7, an emoji in UCS-2) is never split. */
export function smsSize(text: string): SmsSize {
  const characters = [...text];
  const encoding = characters.every((one) => ALPHABET.has(one) || EXTENSION.has(one)) ? 'gsm7' : 'ucs2';
  const units = characters.map((one) => (encoding === 'ucs2' ? one.length : EXTENSION.has(one) ? 2 : 1));
  const { alone, joined } = SEGMENT_UNITS[encoding];
  const total = units.reduce((sum, one) => sum + one, 0);
  if (total <= alone) return { encoding, characters: total, segments: 1, perSegment: alone };
  let segments = 1;
  let used = 0;
  for (const one of units) {
    if (used + one > joined) {
      segments += 1;
      used = 0;
    }
    used += one;
  }
  return { encoding, characters: total, segments, perSegment: joined };
}

/**
 * Shortens a text to at most this many segments. A text that fits stays unchanged; a longer text is cut at a word and
 * gets three dots. Characters that a reader sees as one (a flag, a letter with its marks) are never split.
 * @param ending text that follows and is never cut
 */
export function fitSms(text: string, maxSegments: number, ending = ''): string {
  if (smsSize(text + ending).segments <= maxSegments) return text + ending;
  const graphemes = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const cut = (count: number): string => `${graphemes.slice(0, count).join('').trimEnd()}...${ending}`;
  let [fits, tooMany] = [0, graphemes.length];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (smsSize(cut(middle)).segments <= maxSegments) fits = middle;
    else tooMany = middle;
  }
  if (/\s/.test(graphemes[fits] ?? '')) return cut(fits);
  const word = graphemes.slice(0, fits).findLastIndex((one) => /\s/.test(one));
  return cut(word > 0 ? word : fits);
}

/** Settings of a destination for the texts of its SMS. */
export interface SmsTextSettings {
  /** Maximum number of segments; no limit if absent. */
  readonly maxSegments?: number;
  /** Text that tells the recipient how to unsubscribe, if a law or a vendor requires this text in every message. */
  readonly unsubscribeText?: string;
}

/** Returns the text to send: the body, followed by `unsubscribeText`. A body that is too long is cut. */
export function smsText(body: string, { maxSegments = Infinity, unsubscribeText }: SmsTextSettings): string {
  return fitSms(body, maxSegments, unsubscribeText === undefined ? '' : ` ${unsubscribeText}`);
}
