import type { SandboxRoute } from './sandbox-definition.js';

/** Content of the file at `/files/…` of a sandbox. */
export const SANDBOX_FILE = 'invented file\n';

/** Route with a file that a message can contain. The host of the file is not the vendor. */
export const fileRoute: SandboxRoute = {
  name: 'file',
  method: 'GET',
  path: '/files/:name',
  handle: () => ({ status: 200, headers: { 'content-type': 'application/pdf' }, body: SANDBOX_FILE }),
};
