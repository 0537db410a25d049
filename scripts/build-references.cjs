const ts = require('typescript');

/**
 * Plugin of the Nest CLI, whose builder compiles one TypeScript project and leaves out the projects that it references.
 * Builds the projects that the option `projects` names by their tsconfig file, after all projects that they reference,
 * as `tsc -b` does. In `nest-cli.json` the builder itself gets the root's `tsconfig.build.json`, which has no files.
 */
exports.before = ({ projects }) => {
  const status = ts.createSolutionBuilder(ts.createSolutionBuilderHost(), projects, {}).build();
  if (status !== ts.ExitStatus.Success) process.exit(status);
  return () => (sourceFile) => sourceFile;
};
