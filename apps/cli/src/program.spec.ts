import { describe, expect, it, jest } from '@jest/globals';

/** What the image for production has no files for: the kit reads `config/examples` as soon as it is loaded. */
const KIT = [
  '@patchbay/testing',
  '@patchbay/testing/examples',
  '@patchbay/testing/services',
  '@patchbay/testing/suite',
];
for (const name of KIT) {
  jest.unstable_mockModule(name, () => {
    throw new Error(`${name} was loaded.`);
  });
}

describe('the program in a tree without the examples', () => {
  it.each(['--help', 'demo --help', 'doctor --help'])('runs %s', async (line) => {
    const { runCli } = await import('./testing/run-cli.js');
    expect(await runCli(line.split(' '))).toMatchObject({ code: 0, err: '' });
  });

  it('would be seen to load the kit, as the demo does', async () => {
    await expect(import('./demo/run-demo.js')).rejects.toThrow(/@patchbay\/testing\S* was loaded/);
  });
});
