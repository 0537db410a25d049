import { isBlank, textInput } from './text-input.js';

/**
 * GSM 03.38 default alphabet and its extension table (3GPP TS 23.038, 6.2.1). Characters of the extension count twice in an
 * SMS.
 */
const ALPHABET =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENSION = '\f^{}\\[~]|€';
const GSM = new Set(ALPHABET + EXTENSION);

/** Equivalents in the alphabet for characters that do not become valid by removing accents. */
const EQUIVALENT: Readonly<Record<string, string>> = {
  ...{
    '‘': "'",
    '’': "'",
    '‚': "'",
    '‛': "'",
    '′': "'",
    '`': "'",
    '´': "'",
    '“': '"',
    '”': '"',
    '„': '"',
    '″': '"',
    '«': '"',
    '»': '"',
  },
  ...{
    '–': '-',
    '—': '-',
    '‐': '-',
    '‑': '-',
    '−': '-',
    '―': '-',
    '…': '...',
    '•': '-',
    '·': '.',
    '‹': '<',
    '›': '>',
    '\t': ' ',
  },
  ...{
    '₹': 'Rs',
    '₨': 'Rs',
    '©': '(c)',
    '®': '(r)',
    '™': 'TM',
    '×': 'x',
    '÷': '/',
    '№': 'No',
    '°': 'o',
    '¢': 'c',
    '½': '1/2',
    '¼': '1/4',
    '¾': '3/4',
  },
  ...{
    Œ: 'OE',
    œ: 'oe',
    ẞ: 'SS',
    Ł: 'L',
    ł: 'l',
    Đ: 'D',
    đ: 'd',
    Ð: 'D',
    ð: 'd',
    Þ: 'Th',
    þ: 'th',
    ı: 'i',
    Ħ: 'H',
    ħ: 'h',
  },
  ...{ Α: 'A', Β: 'B', Ε: 'E', Ζ: 'Z', Η: 'H', Ι: 'I', Κ: 'K', Μ: 'M', Ν: 'N', Ο: 'O', Ρ: 'P', Τ: 'T', Υ: 'Y', Χ: 'X' },
};
/** Matches emoji, joiners and other marks. The filter removes them. */
const REMOVED = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Mark}\p{Format}\p{Regional_Indicator}]$/u;

/**
 * Converts a text to the 7-bit characters of an SMS: removes accents and emoji, and straightens curly quotes. Letters
 * of other scripts become `?`, so do not use this filter for such texts.
 */
export function gsm7(value: unknown): unknown {
  if (isBlank(value)) return value;
  let out = '';
  for (const character of textInput('gsm7', value).normalize('NFC'))
    out += GSM.has(character) ? character : closest(character);
  return out;
}

function closest(character: string): string {
  const equivalent = EQUIVALENT[character];
  if (equivalent !== undefined) return equivalent;
  if (/^\p{White_Space}$/u.test(character)) return ' ';
  if (REMOVED.test(character)) return '';
  let out = '';
  for (const part of character.normalize('NFKD')) {
    if (GSM.has(part)) out += part;
    else if (!REMOVED.test(part)) out += EQUIVALENT[part] ?? '?';
  }
  return out;
}
