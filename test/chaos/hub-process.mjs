/**
 * One process of the hub as the fault suite runs it: the real thing, with a clock that the suite can shift. Plain
 * JavaScript, so that it starts from `dist/` as well as from the sources (`--conditions=patchbay-src`).
 *
 * It loads everything first and says `loaded`; it becomes a hub when it is told its environment. So a spare one can
 * stand by, and a process that was killed is replaced in the time a hub needs to start, not to load.
 */
let shiftMs = 0;
const SystemDate = Date;

/** The machine's clock, shifted. What is given a time keeps it. */
globalThis.Date = class ShiftedDate extends SystemDate {
  constructor(...given) {
    if (given.length === 0) super(SystemDate.now() + shiftMs);
    else super(...given);
  }

  static now() {
    return SystemDate.now() + shiftMs;
  }
};

/** A parent that has gone takes its processes with it. */
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
