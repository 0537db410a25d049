/** Limits of mappings. All numbers of characters count UTF-16 units. */
export const MAPPING_LIMITS = {
  /** Nesting of objects, lists and directives in a template. */
  depth: 16,
  /** Nesting of objects and lists in a value that is copied whole, such as `{{ data }}`. */
  valueDepth: 32,
  /** Values (text, number, boolean, null) in one template. */
  values: 1_000,
  /** Characters in one template string. */
  templateStringCharacters: 10_000,
  /** Total characters in all template strings of a template. */
  templateCharacters: 250_000,
  /** Items that one `$each` may process. */
  eachItems: 1_000,
  /** Bytes of the message as JSON. */
  messageBytes: 256 * 1024,
  /** Milliseconds for rendering a template string with Liquid tags. */
  templateStringMs: 50,
  /** Milliseconds for rendering a whole message. */
  messageMs: 250,
  /**
   * Characters and items that Liquid may allocate. Each template string with tags has this limit for itself. All other
   * template strings of a message share it.
   */
  memory: 1_000_000,
  /** Characters and items in one input or output value of a Liquid filter. */
  valueSize: 1_000_000,
  /** Items in an input list of a Liquid filter. */
  filterItems: 10_000,
  /**
   * Characters in a search text (`replace`, `split`, `contains`). For a longer search text, V8 may need as many steps
   * as the length of the text times the length of the search text.
   */
  patternCharacters: 250,
} as const;

/**
 * Limits of a `when`. One step is the evaluation of a condition, a path segment, a list item, or 64 characters of text.
 */
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
  /** Characters in the text of a condition. */
  textCharacters: 1_000,
  /**
   * Characters in the text of a `$contains`. For a longer search text, V8 may need as many steps as the length of the
   * text times the length of the search text.
   */
  patternCharacters: 250,
  /** Steps that one filter may take for one event. */
  steps: 100_000,
  /** Steps that are reserved for each filter of an event. */
  ownSteps: 500,
  /** Steps that all filters of one event share in addition to their reserved steps. */
  poolSteps: 250_000,
  /** Characters of a compared text that count as one step. */
  charactersPerStep: 64,
  /** Maximum number of list items that an explanation searches for the value to show. */
  explainedItems: 100,
} as const;
