import { describe, expect, it, jest } from '@jest/globals';

/**
 * Modules of the testing library. The library reads `config/examples` when it is loaded, but the production image does
 * not contain this folder.
 */
const TESTING_LIBRARY = [
  '@patchbay/testing',
  '@patchbay/testing/examples',
  '@patchbay/testing/services',
  '@patchbay/testing/suite',
];
for (const name of TESTING_LIBRARY) {
  jest.unstable_mockModule(name, () => {
    throw new Error(`${name} was loaded.`);
  });
}

describe('the program without the example files', () => {
  it.each(['--help', 'demo --help', 'sandbox --help', 'doctor --help'])('runs %s', async (line) => {
    const { runCli } = await import('./testing/run-cli.js');
    expect(await runCli(line.split(' '))).toMatchObject({ code: 0, err: '' });
  });

  it('fails in this test if it loads the testing library, as the demo does', async () => {
    await expect(import('./demo/run-demo.js')).rejects.toThrow(/@patchbay\/testing\S* was loaded/);
  });
});
