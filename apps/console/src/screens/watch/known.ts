/** Returns the values that are choices, in the order of the choices. A URL may contain others. */
export function known<T extends string>(choices: readonly T[], values: readonly string[]): T[] {
  return choices.filter((choice) => values.includes(choice));
}

/** Returns the text, or undefined if it is empty, so that an empty filter is not part of a call. */
export function given(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** Vendor code in the URL that stands for failures without a code, because a URL cannot have an empty value here. */
export const NO_CODE = '-';

/** Kinds of failed attempts, in the order of filters. */
export const ERROR_KINDS = ['rejected', 'credentials', 'transient', 'throttled', 'mapping', 'unconfirmed'] as const;

/** Stages of a delivery: a route must choose the destination, or the destination is known. */
export const STAGES = ['routing', 'sending'] as const;
