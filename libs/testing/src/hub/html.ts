const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for use inside an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Markup that is already safe. */
export class Markup {
  constructor(readonly text: string) {}
}

/** Renders an HTML template. Values are escaped unless they are {@link Markup}; the items of a list are joined. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markup | readonly Markup[])[]
): Markup {
  const rendered = values.map((value) => {
    if (value instanceof Markup) return value.text;
    if (typeof value === 'object') return value.map((one) => one.text).join('');
    return escapeHtml(String(value));
  });
  return new Markup(parts.map((part, index) => part + (rendered[index] ?? '')).join(''));
}
