import { randomBytes } from 'node:crypto';
import type { Plugin } from 'vite';

/** Nonce of all styles that the development server adds. */
export const DEVELOPMENT_NONCE = randomBytes(16).toString('base64');

/**
 * Serves pages of the development server with the content security policy of the hub, so that violations show while
 * you develop. The policy also allows the socket and the inline start script of the development server.
 */
export function developmentPolicy(): Plugin {
  return {
    name: 'patchbay-development-policy',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((_request, response, next) => {
        response.setHeader(
          'content-security-policy',
          `default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'nonce-${DEVELOPMENT_NONCE}'; ` +
            "connect-src 'self' ws:; img-src 'self' data:; font-src 'self'; frame-src 'self'; form-action 'self'; " +
            "base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
        );
        next();
      });
    },
  };
}
