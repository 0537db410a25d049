/** Limits of mappings and filters. Counts, depths, characters (UTF-16 units), milliseconds. */
export const MAPPING_LIMITS = {
  /** Nested objects, lists and directives in a template. */
  depth: 16,
  /** Nested objects and lists in a value taken over whole, such as `{{ data }}`. */
  valueDepth: 32,
  /** Values (text, number, boolean, null) in one template. */
  values: 1_000,
  /** Characters in one template string. */
  templateStringCharacters: 10_000,
  /** Characters in all template strings of a template together. */
  templateCharacters: 250_000,
  /** Items one `$each` may go through. */
  eachItems: 1_000,
  /** Bytes of the message as JSON. */
  messageBytes: 256 * 1024,
  /** Milliseconds a template string with Liquid tags may take. */
  templateStringMs: 50,
  /** Milliseconds a whole message may take. */
  messageMs: 250,
  /** What Liquid may allocate for one template string with tags, and for all other template strings of a message together: characters and items. */
  memory: 1_000_000,
  /** Characters and items in any one value a Liquid filter takes or gives. */
  valueSize: 1_000_000,
  /** Items in a list that a Liquid filter takes. */
  filterItems: 10_000,
  /** Characters in what is searched for (`replace`, `split`, `contains`): beyond it, V8's search can cost text × pattern. */
  patternCharacters: 250,
} as const;

/** Limits of a `when`. A step of its evaluation is a condition, a path segment, a list item, or 64 characters of text. */
export const FILTER_LIMITS = {
  /** Nesting of `$and`, `$or`, `$not`. */
  depth: 8,
  /** Conditions in one `when`. */
  clauses: 100,
  /** Values in one `$in` or `$nin`, and branches in one `$and` or `$or`. */
  values: 1_000,
  /** Segments in one path. */
  segments: 32,
  /** Characters in one path. */
  pathCharacters: 512,
  /** Characters in a text a condition compares with. */
  textCharacters: 1_000,
  /** Characters in the text of a `$contains`: beyond it, V8's search can cost text × pattern. */
  patternCharacters: 250,
  /** Steps that one filter may take for one event. */
  steps: 100_000,
  /** Steps of the event's budget that belong to each filter alone. */
  ownSteps: 500,
  /** Steps that all filters of one event may take together beyond their own. */
  poolSteps: 250_000,
  /** Characters of a compared text that count as one step. */
  charactersPerStep: 64,
  /** List items that an explanation looks at to find the value to show. */
  explainedItems: 100,
} as const;
