#!/usr/bin/env node
import { main } from '../dist/main.js';

// Whoever reads along may have read enough: `patchbay deliveries | head`.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await main(process.argv.slice(2), process);
