/**
 * Entry point of a hub process of the fault suite: the production hub with a clock that the suite can shift. Plain
 * JavaScript, so that the file runs from `dist/` as well as from the sources (`--conditions=patchbay-src`).
 *
 * The process loads all modules, sends `loaded`, and starts the hub when it receives its environment. A spare process
 * that has loaded its modules can therefore replace a killed process at once.
 */
let shiftMs = 0;
const SystemDate = Date;

/** Replacement of `Date` whose current time is shifted. A date with an explicit time is not shifted. */
globalThis.Date = class ShiftedDate extends SystemDate {
  constructor(...given) {
    if (given.length === 0) super(SystemDate.now() + shiftMs);
    else super(...given);
  }

  static now() {
    return SystemDate.now() + shiftMs;
  }
};

// The hub process ends when its parent process ends.
process.on('disconnect', () => process.exit(0));

const { createLogger, startHub } = await import('@patchbay/hub');
const { loadEnvironment } = await import('@patchbay/config');

async function start({ environment, dataDirectory, sabotage }) {
  if (sabotage !== undefined) (await import('./sabotage.mjs')).sabotage(sabotage);
  const loaded = loadEnvironment(environment);
  const hub = await startHub({
    environment: loaded,
    logger: createLogger(loaded.logLevel),
    env: environment,
    dataDirectory,
  });
  process.once('SIGTERM', () => {
    hub.close().then(
      () => process.exit(0),
      (error) => fail(error),
    );
  });
  process.send({ kind: 'ready' });
}

function fail(error) {
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exit(1);
}

process.on('message', (message) => {
  if (message.kind === 'clock') shiftMs = message.shiftMs;
  else start(message).catch(fail);
});
process.send({ kind: 'loaded' });
