import type { DemoVendor } from './demo-brand.js';
import { sandboxAccounts } from './sandbox-accounts.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Options of the demo's hub. */
export interface DemoHubOptions {
  readonly port: number;
  readonly configDirectory: string;
  readonly adminKey: string;
  /** URL of the sandbox inbox. The hub's status page links to this URL. */
  readonly inboxUrl: string;
  /** Sandboxes by destination type. The hub calls them instead of the vendors. */
  readonly sandboxes: ReadonlyMap<string, DemoVendor>;
  /** Environment variables that the brand files refer to. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Environment variables of a real hub. The demo's hub does not get them, so that the demo cannot reach or change the
 * real hub.
 */
const HUB_VARIABLES = /^(PATCHBAY_.*|DATABASE_URL|REDIS_URL|PORT|HOST|LOG_LEVEL)$/;

/** Returns the environment of the demo's hub: the user's environment without the variables of a real hub. */
export function demoEnvironment(own: Environment, options: DemoHubOptions): Record<string, string> {
  const kept = Object.entries(own).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined && !HUB_VARIABLES.test(entry[0]);
  });
  return {
    ...Object.fromEntries(kept),
    ...options.variables,
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(options.port),
    PATCHBAY_CONFIG: options.configDirectory,
    PATCHBAY_ADMIN_KEY: options.adminKey,
    PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${options.port}`,
    PATCHBAY_DEMO_INBOX_URL: options.inboxUrl,
    PATCHBAY_DEMO_SANDBOXES: sandboxAccounts(options.sandboxes),
    PATCHBAY_EGRESS_ALLOW: '127.0.0.1/32',
  };
}
