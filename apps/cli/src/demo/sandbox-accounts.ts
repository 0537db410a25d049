import type { DemoVendor } from './demo-brand.js';

/** Returns the value of `PATCHBAY_DEMO_SANDBOXES`: the accounts at the sandboxes by destination type, as JSON. */
export function sandboxAccounts(sandboxes: ReadonlyMap<string, DemoVendor>): string {
  const accounts = [...sandboxes].map(([type, { credentials, settings }]) => [type, { credentials, settings }]);
  return JSON.stringify(Object.fromEntries(accounts));
}
