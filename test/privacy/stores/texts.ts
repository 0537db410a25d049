/** Returns the texts for the search. If a text is JSON, also returns every string in the JSON without escapes. */
export function* readTexts(texts: readonly string[]): Generator<Buffer> {
  for (const text of texts) {
    yield Buffer.from(`${text}\n`);
    const strings = [...stringsIn(parsed(text))];
    if (strings.length > 0) yield Buffer.from(`${strings.join('\n')}\n`);
  }
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    yield key;
    yield* stringsIn(child);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
