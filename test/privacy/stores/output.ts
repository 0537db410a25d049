import { jest } from '@jest/globals';

/** Output of the test process other than the hub's log, for example output of a vendor's SDK. */
export interface CapturedOutput {
  readonly texts: readonly string[];
  /** Writes control values to the recorded output, without showing them on the terminal. */
  plantControls(texts: readonly string[]): void;
  release(): void;
}

const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;

/** Records everything that this process writes to standard output, standard error and the console. */
export function captureOutput(): CapturedOutput {
  const texts: string[] = [];
  let shown = true;
  const keep = (text: string): boolean => {
    texts.push(text);
    return shown;
  };
  const streams = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write.bind(stream);
    return jest.spyOn(stream, 'write').mockImplementation((text) => !keep(String(text)) || write(text));
  });
  const consoles = METHODS.map((method) =>
    jest.spyOn(console, method).mockImplementation((...words: unknown[]) => {
      if (keep(words.map(String).join(' '))) process.stderr.write(`${words.map(String).join(' ')}\n`);
    }),
  );
  return {
    texts,
    plantControls: (controls) => {
      shown = false;
      const { warn } = console;
      for (const text of controls) {
        process.stdout.write(`${text}\n`);
        warn(text);
      }
      shown = true;
    },
    release: () => {
      for (const spy of [...streams, ...consoles]) spy.mockRestore();
    },
  };
}
