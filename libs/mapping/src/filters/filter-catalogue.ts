/** Filter that mappings can use. */
export interface FilterInfo {
  readonly name: string;
  /** `patchbay` for Patchbay's own filters, `liquid` for filters of Liquid. */
  readonly origin: 'patchbay' | 'liquid';
  readonly description: string;
  /** Arguments in order, separated by commas; `?` marks an optional argument. Empty if there are none. */
  readonly arguments: string;
}

type Row = readonly [name: string, description: string, parameters?: string];

const PATCHBAY: readonly Row[] = [
  ['date', 'Formats a time by an strftime format.', 'format?, zone?, locale?'],
  ['e164', 'Converts a phone number to E.164.', 'country?'],
  ['gsm7', 'Removes accents and emoji, so that an SMS needs only seven bits per character.'],
  ['hash', 'Returns the SHA-256 of a text in hex.'],
  ['mask', 'Replaces all but the last four characters by asterisks.'],
  ['money', 'Formats an amount in major units with its currency.', 'currency, locale?'],
  ['number', 'Formats a number in the notation of a language.', 'locale?, digits?'],
  ['plural', 'Selects the text of the plural form of a number.', 'one: text, other: text, locale?'],
  ['required', 'Sends no message if the value is missing or empty.'],
];

const LIQUID: readonly Row[] = [
  ['abs', 'Returns the absolute value of a number.'],
  ['append', 'Adds a text to the end.', 'text'],
  ['array_to_sentence_string', 'Joins a list as a sentence: a, b, and c.', 'connector?'],
  ['at_least', 'Returns the number, or the minimum if the number is lower.', 'minimum'],
  ['at_most', 'Returns the number, or the maximum if the number is higher.', 'maximum'],
  ['base64_decode', 'Decodes a text from base64.'],
  ['base64_encode', 'Encodes a text in base64.'],
  ['capitalize', 'Makes the first letter upper case and the others lower case.'],
  ['ceil', 'Rounds a number up.'],
  ['cgi_escape', 'Encodes a text for a form.'],
  ['compact', 'Removes missing values from a list.', 'property?'],
  ['concat', 'Adds the items of another list.', 'list'],
  ['default', 'Replaces a missing, false or empty value.', 'value'],
  ['divided_by', 'Divides a number.', 'number'],
  ['downcase', 'Makes all letters lower case.'],
  ['escape', 'Escapes a text for HTML.'],
  ['escape_once', 'Escapes a text for HTML, but not what is already escaped.'],
  ['find', 'Returns the first item with a value at a property.', 'property, value'],
  ['find_index', 'Returns the position of the first item with a value at a property.', 'property, value'],
  ['first', 'Returns the first item of a list.'],
  ['floor', 'Rounds a number down.'],
  ['group_by', 'Groups the items of a list by a property.', 'property'],
  ['has', 'Returns true if an item has a value at a property.', 'property, value?'],
  ['join', 'Joins the items of a list to a text.', 'separator?'],
  ['json', 'Converts a value to JSON.', 'indent?'],
  ['last', 'Returns the last item of a list.'],
  ['lstrip', 'Removes spaces at the start.'],
  ['map', 'Returns one property of each item of a list.', 'property'],
  ['minus', 'Subtracts a number.', 'number'],
  ['modulo', 'Returns the remainder of a division.', 'number'],
  ['newline_to_br', 'Replaces line breaks by HTML line breaks.'],
  ['normalize_whitespace', 'Replaces each run of spaces and line breaks by one space.'],
  ['number_of_words', 'Counts the words of a text.'],
  ['plus', 'Adds a number.', 'number'],
  ['pop', 'Removes the last item of a list.'],
  ['prepend', 'Adds a text to the start.', 'text'],
  ['push', 'Adds an item to the end of a list.', 'item'],
  ['reject', 'Removes the items with a value at a property.', 'property, value?'],
  ['remove', 'Removes every occurrence of a text.', 'text'],
  ['remove_first', 'Removes the first occurrence of a text.', 'text'],
  ['remove_last', 'Removes the last occurrence of a text.', 'text'],
  ['replace', 'Replaces every occurrence of a text.', 'text, replacement'],
  ['replace_first', 'Replaces the first occurrence of a text.', 'text, replacement'],
  ['replace_last', 'Replaces the last occurrence of a text.', 'text, replacement'],
  ['reverse', 'Reverses a list.'],
  ['round', 'Rounds a number.', 'digits?'],
  ['rstrip', 'Removes spaces at the end.'],
  ['shift', 'Removes the first item of a list.'],
  ['size', 'Returns the number of items or characters.'],
  ['slice', 'Returns a part of a text or list.', 'start, length?'],
  ['slugify', 'Converts a text to lower-case words joined by hyphens.', 'mode?'],
  ['sort', 'Sorts a list.', 'property?'],
  ['sort_natural', 'Sorts a list without regard to upper and lower case.', 'property?'],
  ['split', 'Splits a text into a list.', 'separator'],
  ['squish', 'Removes spaces at both ends, and repeated spaces.'],
  ['strip', 'Removes spaces at both ends.'],
  ['strip_html', 'Removes HTML tags.'],
  ['strip_newlines', 'Removes line breaks.'],
  ['sum', 'Adds the numbers of a list.', 'property?'],
  ['times', 'Multiplies a number.', 'number'],
  ['to_integer', 'Converts a value to a whole number.'],
  ['truncate', 'Shortens a text to a number of characters.', 'length?, ending?'],
  ['truncatewords', 'Shortens a text to a number of words.', 'words?, ending?'],
  ['uniq', 'Removes repeated items from a list.'],
  ['unshift', 'Adds an item to the start of a list.', 'item'],
  ['upcase', 'Makes all letters upper case.'],
  ['uri_escape', 'Encodes the characters that a URL must not contain.'],
  ['url_decode', 'Decodes a part of a URL.'],
  ['url_encode', 'Encodes a text as a part of a URL.'],
  ['where', 'Keeps the items with a value at a property.', 'property, value?'],
  ['xml_escape', 'Escapes a text for XML.'],
];

/** Every filter that mappings can use, sorted by name. */
export const TEMPLATE_FILTERS: readonly FilterInfo[] = [
  ...PATCHBAY.map((row) => info('patchbay', row)),
  ...LIQUID.map((row) => info('liquid', row)),
].sort((a, b) => (a.name < b.name ? -1 : 1));

function info(origin: FilterInfo['origin'], [name, description, parameters = '']: Row): FilterInfo {
  return { name, origin, description, arguments: parameters };
}
