/**
 * Returns true if test files of a worker process may share modules. In watch mode, the modules may change. Coverage is
 * counted per test file.
 */
exports.mayShare = ({ watch, watchAll, collectCoverage }) => !watch && !watchAll && !collectCoverage;
