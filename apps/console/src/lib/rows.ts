/** Attribute of the elements that are rows of a list. The first link or button of a row stands for the row. */
const ROW = '[data-row]';

const rows = (): Element[] => [...document.querySelectorAll(`main ${ROW}`)];

/** Focuses the row that is `step` rows after the focused row; the first row if none has the focus. */
export function focusRow(step: number): void {
  const controls = rows().map((row) => row.querySelector<HTMLElement>('a[href], button'));
  const current = controls.findIndex((control) => control?.closest(ROW)?.contains(document.activeElement));
  controls[current === -1 ? 0 : current + step]?.focus();
}

/** Focuses the first filter of a list. */
export function focusFilter(): void {
  document.querySelector<HTMLElement>('main [role="search"] :is(input, select, button)')?.focus();
}

/**
 * Returns the paths of the pages of all rows if the target of a click is the link to such a page, otherwise null. A link
 * with a query leads to a list.
 */
export function rowsOfClick(target: EventTarget | null): readonly string[] | null {
  const links = rows().map((row) => row.querySelector<HTMLAnchorElement>('a[href]'));
  const pages = links.filter((link) => link !== null && link.search === '');
  const isPage = target instanceof Element && pages.some((link) => link?.contains(target));
  return isPage ? pages.flatMap((link) => link?.pathname ?? []) : null;
}
