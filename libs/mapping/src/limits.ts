/** Limits of mappings. All numbers of characters count UTF-16 units. */
export const MAPPING_LIMITS = {
  /** Maximum nesting of objects, lists and directives in a template. */
  depth: 16,
  /** Maximum nesting of objects and lists in a value that is copied whole, such as `{{ data }}`. */
  valueDepth: 32,
  /** Maximum number of values (text, number, boolean, null) in one template. */
  values: 1_000,
  /** Maximum number of characters in one template string. */
  templateStringCharacters: 10_000,
  /** Maximum total of characters in all template strings of a template. */
  templateCharacters: 250_000,
  /** Maximum number of items that one `$each` may process. */
  eachItems: 1_000,
  /** Maximum size of the message as JSON, in bytes. */
  messageBytes: 256 * 1024,
  /** Maximum time for rendering a template string with Liquid tags, in milliseconds. */
  templateStringMs: 50,
  /** Maximum time for rendering a whole message, in milliseconds. */
  messageMs: 250,
  /**
   * Maximum number of characters and items that Liquid may allocate. Each template string with tags has this limit for
   * itself. All other template strings of a message share one such limit.
   */
  memory: 1_000_000,
  /** Maximum number of characters and items in one input or output value of a Liquid filter. */
  valueSize: 1_000_000,
  /** Maximum number of items in an input list of a Liquid filter. */
  filterItems: 10_000,
  /**
   * Maximum number of characters in a search text (`replace`, `split`, `contains`). For a longer search text, V8 may
   * need as many steps as the length of the text times the length of the search text.
   */
  patternCharacters: 250,
} as const;

/**
 * Limits of a `when`. One step is the evaluation of a condition, a path segment, a list item, or 64 characters of text.
 */
export const FILTER_LIMITS = {
  /** Maximum nesting of `$and`, `$or` and `$not`. */
  depth: 8,
  /** Maximum number of conditions in one `when`. */
  clauses: 100,
  /** Maximum number of values in one `$in` or `$nin`, and of branches in one `$and` or `$or`. */
  values: 1_000,
  /** Maximum number of segments in one path. */
  segments: 32,
  /** Maximum number of characters in one path. */
  pathCharacters: 512,
  /** Maximum number of characters in the text of a condition. */
  textCharacters: 1_000,
  /**
   * Maximum number of characters in the text of a `$contains`. For a longer search text, V8 may need as many steps as
   * the length of the text times the length of the search text.
   */
  patternCharacters: 250,
  /** Maximum number of steps that one filter may take for one event. */
  steps: 100_000,
  /** Number of steps that are reserved for each filter of an event. */
  ownSteps: 500,
  /** Number of steps that all filters of one event share in addition to their reserved steps. */
  poolSteps: 250_000,
  /** Number of characters of a compared text that count as one step. */
  charactersPerStep: 64,
  /** Maximum number of list items that an explanation searches for the value to show. */
  explainedItems: 100,
} as const;
