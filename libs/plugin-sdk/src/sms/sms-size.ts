/** How an SMS is cut up and charged. */
export interface SmsSize {
  /** GSM-7 where every character is in its alphabet, else UCS-2. */
  readonly encoding: 'gsm7' | 'ucs2';
  readonly segments: number;
}

/** 3GPP TS 23.038, 6.2.1: the default alphabet, and its extension table, whose characters take two septets. */
const ALPHABET = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENSION = new Set('\f^{}\\[~]|€');
/** Units in one segment: alone, and where a header joins several (3GPP TS 23.040, 9.2.3.24.1). */
const ROOM = { gsm7: { alone: 160, joined: 153 }, ucs2: { alone: 70, joined: 67 } };

/** Counts the segments of a text. What takes two units (`€` in GSM-7, an emoji in UCS-2) is never cut in half. */
export function smsSize(text: string): SmsSize {
  const characters = [...text];
  const encoding = characters.every((one) => ALPHABET.has(one) || EXTENSION.has(one)) ? 'gsm7' : 'ucs2';
  const units = characters.map((one) => (encoding === 'ucs2' ? one.length : EXTENSION.has(one) ? 2 : 1));
  const { alone, joined } = ROOM[encoding];
  if (units.reduce((sum, one) => sum + one, 0) <= alone) return { encoding, segments: 1 };
  let segments = 1;
  let used = 0;
  for (const one of units) {
    if (used + one > joined) {
      segments += 1;
      used = 0;
    }
    used += one;
  }
  return { encoding, segments };
}

/**
 * A text of at most so many segments: as it is where it fits, else cut at a word, with three dots. What a reader sees as
 * one character (a flag, a letter with its marks) stays whole.
 * @param ending what stands behind it and is never cut
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

/** What a destination's settings say about the texts of its SMS. */
export interface SmsTextSettings {
  /** Left out: as many as it takes. */
  readonly maxSegments?: number;
  /** How to be left alone, where a law or a vendor wants that in every message. */
  readonly unsubscribeText?: string;
}

/** The text that is sent: `unsubscribeText` behind it, and what is too long cut before that. */
export function smsText(body: string, { maxSegments = Infinity, unsubscribeText }: SmsTextSettings): string {
  return fitSms(body, maxSegments, unsubscribeText === undefined ? '' : ` ${unsubscribeText}`);
}
