#!/usr/bin/env node
const { main } = await import('../dist/main.js').catch(notBuilt);

// If output goes to a pipe, the reader may close the pipe early, for example in `patchbay deliveries | head`.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
process.exitCode = await main(process.argv.slice(2), process);

/** Prints how to build the command, because a fresh clone contains no `dist`. */
function notBuilt(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('Patchbay is not built. Run: npm run build\n');
  process.exit(1);
}
