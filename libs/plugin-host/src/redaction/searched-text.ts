import { CharacterPairs } from './character-pairs.js';

const PHONE_SEPARATORS = /[ ().-]/g;
/** A vendor answers nearly every call with one of a few short texts, in which there is nothing to be found. */
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

  constructor(readonly text: string) {
    this.upper = text.toUpperCase();
    this.unseparated = text.replace(PHONE_SEPARATORS, '');
    this.pairs = new CharacterPairs(this.upper);
    this.digits = this.unseparated.length === text.length ? this.pairs : new CharacterPairs(this.unseparated);
  }

  /** The text as it was made ready before, where it is remembered. */
  static of(text: string): SearchedText {
    const known = text.length > LONGEST_REMEMBERED ? undefined : SearchedText.known.get(text);
    return known ?? new SearchedText(text);
  }

  /** Not for texts that hold something: they are kept for as long as the process runs. */
  remember(): void {
    if (this.text.length > LONGEST_REMEMBERED || SearchedText.known.has(this.text)) return;
    if (SearchedText.known.size >= REMEMBERED) SearchedText.known.clear();
    SearchedText.known.set(this.text, this);
  }
}
