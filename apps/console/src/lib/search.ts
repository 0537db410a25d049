/** Values of the URL's query. A parameter that is repeated has a list. */
export type Search = Record<string, string | string[]>;

/** Reads a query as plain texts, so that `customer=7` stays a text. */
export function parseSearch(query: string): Search {
  const params = new URLSearchParams(query);
  const found: Search = {};
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    found[name] = values.length > 1 ? values : (values[0] ?? '');
  }
  return found;
}

/** Writes a query with plain texts. Values that are empty or undefined are left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'string' && one !== '') params.append(name, one);
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
