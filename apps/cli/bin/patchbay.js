#!/usr/bin/env node
const { main } = await import('../dist/main.js').catch(notBuilt);

// Whoever reads along may have read enough: `patchbay deliveries | head`.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await main(process.argv.slice(2), process);

/** A fresh clone has the command's name and not yet the command; the build also installs what it needs. */
function notBuilt(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('Patchbay is not built here yet. Run: npm run build\n');
  process.exit(1);
}
