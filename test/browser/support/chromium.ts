/** Program that the tests start. Debian installs it with the package `chromium`. */
export const CHROMIUM = process.env.PATCHBAY_CHROMIUM ?? '/usr/bin/chromium';

/** Options of Chromium. No name resolves, so a page that needs another server than the hub fails. */
export const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];
