const { default: Runtime } = require('jest-runtime');
const { mayShare } = require('./may-share.cjs');

/**
 * Modules that belong to one test file, by their path in the repository: test files, test helpers, and the functions of
 * Jest that they import.
 */
const OF_FILE = /^\/test\/|\/testing\/|spec\.ts$/;

/** Returns false for a module that failed or was not evaluated before the test file ended. */
const isComplete = ({ loaded, status }) => loaded === true || status === 'evaluated';

/** Runtime of all test files that this process has run. */
let shared;

/**
 * Module loader of Jest that keeps the loaded modules for the next test files of the worker process, except test files
 * and test helpers (decision 0145). Needs `shared-environment.cjs`, because a module belongs to its environment.
 */
module.exports = class SharedRuntime extends Runtime {
  constructor(...args) {
    const [testPath, globalConfig] = args.slice(-2);
    if (shared !== undefined) {
      shared.begin(testPath);
      return shared;
    }
    super(...args);
    if (mayShare(globalConfig)) shared = this;
  }

  begin(testPath) {
    this._testPath = testPath;
    this.esmLoader.testPath = testPath;
    this.executor.testPath = testPath;
    this.testState.state = 'loading';
  }

  /** Removes what belongs to the test file. Otherwise as the method of Jest, except that the runtime stays usable. */
  teardown() {
    if (shared === undefined) return super.teardown();
    this.restoreAllMocks();
    const { moduleRegistry, esModuleRegistry, ...registries } = this.registries;
    for (const registry of [moduleRegistry, esModuleRegistry]) {
      for (const [key, module] of registry) {
        const [, path = key] = key.split(this._config.rootDir);
        if (OF_FILE.test(path) || !isComplete(module)) registry.delete(key);
      }
    }
    registries.mockRegistry.clear();
    registries.moduleMockRegistry.clear();
    registries.internalModuleRegistry.clear();
    this.testMainModule.reset();
    this.mockState.clear();
    this.jestGlobals.clearJestObjectCache();
    this.loggedReferenceErrors.clear();
  }
};
