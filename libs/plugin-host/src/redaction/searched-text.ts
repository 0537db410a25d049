import { CharacterPairs } from './character-pairs.js';

const PHONE_SEPARATORS = /[ ().-]/g;
/** A vendor answers nearly every call with one of a few short texts. */
const REMEMBERED = 64;
const LONGEST_REMEMBERED = 100;

/** A text made ready for the search for many values. */
export class SearchedText {
  private static readonly known = new Map<string, SearchedText>();

  readonly upper: string;
  readonly unseparated: string;
  /** Of the text in capitals. */
  readonly pairs: CharacterPairs;
  /** Of the text without what separates the digits of a phone number. */
  readonly digits: CharacterPairs;

  private constructor(text: string) {
    this.upper = text.toUpperCase();
    this.unseparated = text.replace(PHONE_SEPARATORS, '');
    this.pairs = new CharacterPairs(this.upper);
    this.digits = this.unseparated.length === text.length ? this.pairs : new CharacterPairs(this.unseparated);
  }

  static of(text: string): SearchedText {
    const known = SearchedText.known.get(text);
    if (known !== undefined) return known;
    const made = new SearchedText(text);
    if (text.length > LONGEST_REMEMBERED) return made;
    if (SearchedText.known.size >= REMEMBERED) SearchedText.known.clear();
    SearchedText.known.set(text, made);
    return made;
  }
}
