/** Headers by their names in lower case, each with one value; repeated ones are joined by `, `. */
export function flatHeaders(headers: object): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers) as [string, unknown][]) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    const texts = values.filter((one) => typeof one === 'string' || typeof one === 'number');
    if (texts.length > 0) flat[name.toLowerCase()] = texts.join(', ');
  }
  return flat;
}
