import type { Page } from 'playwright-core';
import { completed } from './completed.js';

/** Roles, lowest first. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Actions of a screen by the lowest role that may use them. */
interface Screen {
  readonly path: string;
  readonly viewer?: readonly string[];
  readonly operator?: readonly string[];
  readonly admin?: readonly string[];
  /** Names of the actions that the page shows to lower roles too, with the reason for which they may not use them. */
  readonly shown?: readonly string[];
}

/** Actions of the subscription editor that change the draft and its preview only. */
const DRAFT = ['Add a condition', 'Add a language', 'Try on the last events', 'Use the preset'];

/** Returns all screens of the console with their actions, and the brand `empty` where a list offers the first action. */
function screens({ delivery, event, replay }: Readonly<Record<string, string>>): readonly Screen[] {
  return [
    { path: '/b/shop' },
    { path: '/b/empty', admin: ['Connect a source'] },
    { path: '/b/shop/connect/source', admin: ['Create the source', 'Leave', 'Use this one'] },
    { path: '/b/shop/routing', admin: ['Create a subscription'] },
    { path: '/b/shop/sources', admin: ['Add a source'] },
    { path: '/b/shop/sources/capillary', admin: ['Delete …'], shown: ['Delete …'] },
    {
      path: '/b/shop/sources/capillary?tab=imports',
      operator: ['Import a file …'],
      admin: ['Delete …'],
      shown: ['Delete …', 'Import a file …'],
    },
    {
      path: '/b/shop/sources/capillary?tab=settings',
      admin: ['Create a new secret', 'Delete …', 'Save'],
      shown: ['Delete …'],
    },
    { path: '/b/shop/destinations', admin: ['Add a destination'] },
    { path: '/b/empty/destinations', admin: ['Add a destination'] },
    { path: '/b/shop/new-destination?type=webhook', admin: ['Add', 'Choose another type', 'Create the destination'] },
    {
      path: '/b/shop/destinations/hooks',
      operator: ['Pause …', 'Verify the credentials'],
      admin: ['Delete …'],
      shown: ['Delete …'],
    },
    {
      path: '/b/shop/destinations/hooks?tab=failed',
      operator: ['Redeliver …'],
      admin: ['Delete …'],
      shown: ['Delete …'],
    },
    { path: '/b/shop/destinations/hooks?tab=settings', admin: ['Add', 'Delete …', 'Save'], shown: ['Delete …'] },
    { path: '/b/shop/subscriptions', admin: ['Create a subscription'] },
    {
      path: '/b/shop/new-subscription',
      admin: ['Add a condition', 'Create the subscription', 'Send a test…', 'Try on the last events'],
    },
    {
      path: '/b/shop/subscriptions/all',
      viewer: ['2 more optional fields', 'Deliveries', ...DRAFT],
      operator: ['Send a test…'],
      admin: ['Save as v2'],
      shown: ['Save as v2'],
    },
    { path: '/b/shop/messaging', viewer: ['Change the caps'], admin: ['Create a subscription'] },
    { path: '/b/shop/events' },
    { path: '/b/empty/events', admin: ['Connect a source'] },
    { path: `/b/shop/events/${event}`, operator: ['Replay …'] },
    { path: '/b/shop/deliveries' },
    { path: '/b/shop/deliveries?destination=hooks&status=dead', operator: ['Redeliver all that match …'] },
    {
      path: `/b/shop/deliveries/${delivery}`,
      operator: ['Cancel …', 'Redeliver …'],
      shown: ['Cancel …', 'Redeliver …'],
    },
    { path: '/b/shop/failures', operator: ['Redeliver …'] },
    { path: '/b/shop/customers' },
    { path: '/b/shop/customers/700100200', admin: ['Forget this customer …'] },
    { path: '/b/shop/replays', operator: ['New replay …'] },
    { path: '/b/shop/replays/new', operator: ['Count'] },
    { path: `/b/shop/replays/${replay}` },
    { path: '/b/shop/erasures', admin: ['Find a customer to forget'] },
    { path: '/b/shop/suppressions', operator: ['Add an address'] },
    { path: '/b/shop/operational-events', admin: ['Create a subscription'] },
    {
      path: '/b/shop/settings',
      viewer: ['Export as YAML'],
      admin: ['Add', 'Discard changes', 'Remove', 'Save', 'Save platform, contact data and enrichment'],
    },
    { path: '/brands', admin: ['Make a brand'] },
    { path: '/types' },
    { path: '/types/webhook', admin: ['Create a destination in shop'] },
    { path: '/keys', admin: ['Make a key', 'Revoke'] },
    { path: '/people' },
    { path: '/audit', admin: ['Show'] },
  ];
}

/** Returns the actions that each screen must show to a role. An action that the role may not use ends with ` (refused)`. */
export function screenActions(ids: Readonly<Record<string, string>>, role: Role): Record<string, readonly string[]> {
  const allowed = ROLES.slice(0, ROLES.indexOf(role) + 1);
  return Object.fromEntries(
    screens(ids).map((screen) => {
      const actions = allowed.flatMap((one) => screen[one] ?? []);
      const refused = (screen.shown ?? []).filter((name) => !actions.includes(name)).map((name) => `${name} (refused)`);
      return [screen.path, [...actions, ...refused].sort()];
    }),
  );
}

/** Parts whose buttons are not actions of a role: filters, tabs, pages of a list, and fields that can only be read. */
const NO_ACTIONS = '[role="search"], [role="tablist"], nav, fieldset:disabled';

/** Returns the names of the actions in the content of a page: buttons with a text. */
export async function actionsOf(page: Page): Promise<string[]> {
  await completed(page);
  const names = await page
    .getByRole('main')
    .evaluate(
      (content, without) =>
        [...content.querySelectorAll<HTMLElement>('button, a.mantine-Button-root')]
          .filter((one) => one.checkVisibility() && one.closest(without) === null)
          .map((one) => `${one.innerText.trim()}${one.ariaDisabled === 'true' ? ' (refused)' : ''}`),
      NO_ACTIONS,
    );
  return [...new Set(names.filter((name) => name !== ''))].sort();
}
