import type { HubEnvironment } from '@patchbay/config';
import type { PluginLocations } from '@patchbay/plugin-host';
import type { Logger } from 'pino';

/** Options of a hub. The hub reads nothing else from the process that starts it. */
export interface HubOptions {
  readonly environment: HubEnvironment;
  /** Directory of the database and keys of embedded mode: `.patchbay`. */
  readonly dataDirectory: string;
  readonly logger: Logger;
  /** Folder of the built console. Default: the folder that `npm run build` fills. */
  readonly consoleDirectory?: string;
  /** Locations of the plugins. Default: the bundled plugins, and the packages that `patchbay.yaml` names. */
  readonly plugins?: PluginLocations;
  /** Values of `${env:…}` references in brand files. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

// Injection tokens exist because Nest cannot inject by interface: interfaces do not exist at run time.
export const HUB_OPTIONS = Symbol('HubOptions');
export const HUB_ENVIRONMENT = Symbol('HubEnvironment');
export const HUB_SETTINGS = Symbol('HubSettings');
export const LOGGER = Symbol('Logger');
