import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { DEVELOPMENT_NONCE, developmentPolicy } from './build/development-policy.ts';
import { precompress } from './build/precompress.ts';
import { thirdPartyNotices } from './build/third-party-notices.ts';

/** Hub to which the development server passes API calls. */
const HUB = process.env.PATCHBAY_URL ?? 'http://127.0.0.1:3000';

/** Code by file. A group takes the packages that it alone needs along, so the order matters. */
const GROUPS = [
  { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 30 },
  { name: 'tanstack', test: /node_modules[\\/]@tanstack[\\/]/, priority: 20 },
  { name: 'codemirror', test: /node_modules[\\/](@codemirror|@lezer|style-mod|crelt|w3c-keyname)[\\/]/, priority: 20 },
  // All else that every page needs. One file is smaller than many, because compression finds more repetitions.
  { name: 'frame', tags: ['$initial' as const], priority: 10 },
];

export default defineConfig(({ command }) => ({
  base: '/console/',
  plugins: [react(), developmentPolicy(), thirdPartyNotices(), precompress()],
  // The client of the API is compiled from its sources, so that this build needs no other.
  resolve: { conditions: ['patchbay-src', ...defaultClientConditions] },
  // The hub writes a new nonce into each page. The development server has one nonce, which Vite writes.
  html: { cspNonce: command === 'serve' ? DEVELOPMENT_NONCE : '__CSP_NONCE__' },
  build: {
    target: 'es2022',
    // The content security policy refuses fonts and scripts in data URLs.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
  },
  server: { host: '127.0.0.1', proxy: Object.fromEntries(['/v1', '/health'].map((path) => [path, { target: HUB }])) },
}));
