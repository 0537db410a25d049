import type { Page } from 'playwright-core';

/** Longest time that a movement may take if a person prefers less motion, in milliseconds. */
const LONG_MS = 10;

/** Notes the transitions and animations that start on the pages which are opened from now on. */
export async function watchMovements(page: Page): Promise<void> {
  await page.exposeFunction('noteMovement', (movement: string) => noted(page).add(movement));
  await page.addInitScript((longest) => {
    const note = ({ target }: Event): void => {
      if (!(target instanceof Element)) return;
      for (const animation of target.getAnimations({ subtree: true })) {
        const { duration = 0, iterations = 1 } = animation.effect?.getTiming() ?? {};
        if (Number(duration) * iterations <= longest) continue;
        const kind = animation instanceof CSSTransition ? animation.transitionProperty : 'animation';
        const noteMovement = Reflect.get(globalThis, 'noteMovement') as (movement: string) => void;
        noteMovement(`${kind} of ${target.className || target.tagName}`);
      }
    };
    addEventListener('transitionrun', note, true);
    addEventListener('animationstart', note, true);
  }, LONG_MS);
}

/** Returns the movements that took longer than a person who prefers less motion should see. */
export function longMovements(page: Page): readonly string[] {
  return [...noted(page)];
}

const movements = new WeakMap<Page, Set<string>>();

function noted(page: Page): Set<string> {
  const known = movements.get(page) ?? new Set();
  movements.set(page, known);
  return known;
}
