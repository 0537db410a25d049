import type { Page } from 'playwright-core';
import { consoleText } from './console-text.js';

/** Part that lies over a page of the console. */
export interface Overlay {
  readonly name: string;
  /** Path of the page without `/console`. */
  readonly path: string;
  /** Opens the part on the page. `language` is that of the page. */
  open(page: Page, language: string): Promise<void>;
}

/** Returns the dialog that the first button with a text opens. `text` is its folder and key in the message files. */
function dialog(path: string, ...[folder, key]: [folder: string, key: string]): Overlay {
  return {
    name: `dialog of ${folder} ${key}`,
    path,
    open: async (page, language) => {
      const name = consoleText(language, folder, key);
      await page.getByRole('main').getByRole('button', { name, exact: true }).first().click();
      await page.getByRole('dialog').waitFor();
    },
  };
}

/** Returns overlays of every kind. Requires a failed delivery to the destination `sms` of the brand `acme`. */
export function overlays(delivery: string): readonly Overlay[] {
  return [
    {
      name: 'menu',
      path: '/brands',
      open: async (page, language) => {
        await page.getByRole('button', { name: consoleText(language, 'app', 'user.menu') }).click();
        await page.getByRole('button', { name: consoleText(language, 'app', 'user.signOut') }).waitFor();
      },
    },
    {
      name: 'command palette',
      path: '/brands',
      open: async (page, language) => {
        await page.keyboard.press('Control+k');
        await page.getByPlaceholder(consoleText(language, 'app', 'find.placeholder')).waitFor();
      },
    },
    {
      name: 'list of keys',
      path: '/brands',
      open: async (page) => {
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
      },
    },
    {
      name: 'choices of a filter',
      path: '/b/acme/events',
      open: async (page) => {
        await page.locator('[data-filter]').first().click();
        // The `<option>` elements of native selects are hidden, so a role would find them first.
        await page.locator('[role="option"]').first().waitFor();
      },
    },
    {
      name: 'completion',
      path: '/b/acme/subscriptions/points-sms',
      open: async (page) => {
        await page.locator('.cm-content[contenteditable="true"]').last().click();
        await page.keyboard.press('Control+a');
        await page.keyboard.insertText('{{ data');
        await page.keyboard.type('.');
        await page.locator('.cm-tooltip-autocomplete li').first().waitFor();
      },
    },
    dialog('/b/acme/failures', 'screens/failures', 'redeliver'),
    dialog(`/b/acme/deliveries/${delivery}`, 'screens/deliveries', 'redeliver.open'),
    dialog('/b/acme/destinations/sms', 'screens/destinations', 'pause.open'),
    dialog('/b/acme/customers/1', 'screens/customers', 'forget.open'),
    dialog('/b/acme/subscriptions/points-sms', 'screens/subscriptions', 'test.open'),
    dialog('/b/acme/suppressions', 'screens/suppressions', 'add'),
    dialog('/brands', 'screens/brands', 'make'),
    dialog('/keys', 'screens/keys', 'make'),
  ];
}
