import type { Page } from 'playwright-core';

/** Rows of a list as a person saw them from the start of the record until now. */
export interface RowRecord {
  /** Texts `id@top` of all rows at all frames, without repetition. A row that never moved has one text. */
  readonly positions: readonly string[];
  /** Ids of the rows that were under the pointer, without repetition. */
  readonly underPointer: readonly string[];
  /** Largest number of rows that the document had. */
  readonly mostRows: number;
}

/** Starts a record of the rows of a page at each frame. `x` and `y` are the place of the pointer in the window. */
export async function watchRows(page: Page, x: number, y: number): Promise<() => Promise<RowRecord>> {
  await page.evaluate(
    ([left, top]) => {
      const positions = new Set<string>();
      const underPointer = new Set<string>();
      let mostRows = 0;
      const idOf = (row: Element | null | undefined): string => row?.getAttribute('data-row') ?? 'no row';
      const look = (): void => {
        const rows = [...document.querySelectorAll('tr[data-row]')];
        for (const row of rows) positions.add(`${idOf(row)}@${row.getBoundingClientRect().top.toFixed(1)}`);
        underPointer.add(idOf(document.elementFromPoint(left ?? 0, top ?? 0)?.closest('tr[data-row]')));
        mostRows = Math.max(mostRows, rows.length);
        requestAnimationFrame(look);
      };
      look();
      Reflect.set(globalThis, 'rowRecord', () => ({
        positions: [...positions],
        underPointer: [...underPointer],
        mostRows,
      }));
    },
    [x, y],
  );
  return () =>
    page.evaluate(() => {
      const read = Reflect.get(globalThis, 'rowRecord') as () => RowRecord;
      return read();
    });
}
