const { TestEnvironment } = require('jest-environment-node');
const { mayShare } = require('./may-share.cjs');

/** Descriptions of the global symbols in which Jest keeps the state of a test file. */
const STATE_OF_FILE = new Set([
  ...['JEST_STATE_SYMBOL', 'EVENT_HANDLERS', 'TEST_TIMEOUT_SYMBOL'],
  ...['RETRY_TIMES', 'RETRY_IMMEDIATELY', 'WAIT_BEFORE_RETRY', 'LOG_ERRORS_BEFORE_RETRY'],
]);

/** Environment of all test files that this process has run. */
let shared;

/** Node.js environment that all test files of a worker process share, with the same globals (decision 0145). */
module.exports = class SharedEnvironment extends TestEnvironment {
  constructor(config, context) {
    if (shared !== undefined) return shared;
    super(config, context);
    if (!mayShare(config.globalConfig)) return;
    // Jest replaces this function for each test file.
    this.exit = this.global.process.exit;
    shared = this;
  }

  /** Ends the fake timers of the test file, and removes the state of Jest that belongs to it. */
  async teardown() {
    if (shared === undefined) return super.teardown();
    this.fakeTimersModern.useRealTimers();
    this.global.process.exit = this.exit;
    for (const symbol of Object.getOwnPropertySymbols(this.global)) {
      if (STATE_OF_FILE.has(symbol.description)) delete this.global[symbol];
    }
  }
};
