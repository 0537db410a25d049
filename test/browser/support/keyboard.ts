import type { Locator, Page } from 'playwright-core';
import { focusFault } from './focus-ring.js';

/** Most keys with which a control must be reachable. */
const MOST_STEPS = 150;

/** Most parts of one control that Tab visits: a field for a time has six, and a button. */
const MOST_PARTS = 8;

/** Person without a mouse. Collects the controls on which the focus was not visible. */
export class Keyboard {
  readonly faults = new Set<string>();

  constructor(private readonly page: Page) {}

  /** Presses Tab until the control has the focus. Throws if another control keeps the focus. */
  async tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await target.waitFor();
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.tab(key);
    }
    throw new Error(`Tab did not reach ${target.toString()}. The focus is on ${await this.focused()}.`);
  }

  /** Moves to a control by Tab and presses a key on it. */
  async press(target: Locator, key = 'Enter'): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press(key);
  }

  /** Moves to a field by Tab and types. */
  async fill(target: Locator, text: string): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.type(text);
  }

  /** Presses Tab until the focus is on the first control again, and returns the number of controls. */
  async tour(): Promise<number> {
    for (let controls = 0; controls < MOST_STEPS; controls += 1) {
      await this.tab('Tab');
      if (controls > 0 && (await this.focused()) === 'Skip to the content') return controls;
    }
    throw new Error(`Tab did not return to the first control. The focus is on ${await this.focused()}.`);
  }

  /** Returns the name of the control that has the focus. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return 'nothing';
      return focused.getAttribute('aria-label') ?? (focused.textContent.trim() || focused.outerHTML);
    });
  }

  private async tab(key: 'Tab' | 'Shift+Tab'): Promise<void> {
    for (let part = 0; part < MOST_PARTS; part += 1) {
      await this.page.keyboard.press(key);
      const { moved, fault } = await this.page.evaluate(focusFault);
      if (fault !== null) this.faults.add(fault);
      if (moved) return;
    }
    throw new Error(`Tab does not leave ${await this.focused()}.`);
  }
}
