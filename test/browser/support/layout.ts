import type { Page } from 'playwright-core';

const CONTROLS = 'button, a[href], input, select, textarea, summary, [role="button"], [role="tab"], [tabindex="0"]';

/**
 * Returns what is wrong with the layout of a page. Finds a page that scrolls sideways, and controls that cannot be
 * scrolled into the window or lie below something else. A table scrolls on its own.
 * @param within selector of the part whose controls are checked
 */
export function layoutFaults(page: Page, within = 'body'): Promise<string[]> {
  return page.evaluate(
    ({ part, controls }) => {
      const found: string[] = [];
      const { scrollWidth } = document.documentElement;
      if (scrollWidth !== innerWidth) found.push(`${scrollWidth} px wide in a window of ${innerWidth} px`);
      for (const control of document.querySelectorAll<HTMLElement>(`${part} :is(${controls})`)) {
        // The link that skips to the content shows when it has the focus.
        // Buttons with arrows in a number field repeat its arrow keys, and are on top only under the pointer.
        if (control.matches('.pb-skip, [aria-hidden="true"][tabindex="-1"]')) continue;
        if (!control.checkVisibility({ visibilityProperty: true })) continue;
        control.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
        const { left, right, top, bottom, width } = control.getClientRects()[0] ?? new DOMRect();
        const isCut = width <= innerWidth && (left < -1 || right > innerWidth + 1);
        const hit = document.elementFromPoint(
          (Math.max(left, 0) + Math.min(right, innerWidth)) / 2,
          (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2,
        );
        const labels = control instanceof HTMLInputElement ? [...(control.labels ?? [])] : [];
        // A click on a field that contains an input puts the focus into the input.
        const field = control.closest('.mantine-Input-input') ?? control;
        const isHit = hit !== null && [control, field, ...labels].some((own) => own.contains(hit));
        if (isCut || !isHit) {
          const name = control.getAttribute('aria-label') ?? control.textContent;
          const problem = isCut ? 'is cut off' : `is below ${hit?.outerHTML.slice(0, 80) ?? 'the window'}`;
          found.push(`${control.tagName} ${name.slice(0, 40)} ${problem}`);
        }
      }
      scrollTo(0, 0);
      return found;
    },
    { part: within, controls: CONTROLS },
  );
}

/**
 * Returns the texts without spaces, such as ids, times and numbers, whose first character is not to the left of the
 * last one. Texts in Arabic are left out.
 */
export function reversedTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const boxAt = (node: Node, index: number): DOMRect => {
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      return range.getBoundingClientRect();
    };
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const text = node.nodeValue ?? '';
      if (!/^[^\s\u0590-\u08ff]+[A-Za-z0-9]$/.test(text)) continue;
      const [first, last] = [boxAt(node, 0), boxAt(node, text.length - 1)];
      const isOneLine = first.width > 0 && first.top === last.top;
      if (isOneLine && first.left > last.left) found.push(text);
    }
    return found;
  });
}

/** Returns the texts that show a duration as configuration has it, such as `30d`. Code and inputs are left out. */
export function rawDurations(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const text = node.nodeValue ?? '';
      if (!/(^|\s)\d+[smhd](?=$|[\s.,])/.test(text)) continue;
      if (node.parentElement?.closest('code, pre, .pb-code, .cm-editor, .mantine-InputWrapper-description') === null) {
        found.push(text);
      }
    }
    return found;
  });
}
