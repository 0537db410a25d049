import { jest } from '@jest/globals';

/** What a process writes besides its log: a vendor's SDK may speak up by itself. */
export interface CapturedOutput {
  readonly texts: readonly string[];
  /** Writes controls the same way, without showing them to whoever runs the test. */
  plantControls(texts: readonly string[]): void;
  release(): void;
}

const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;

/** Keeps a copy of all that goes to standard output, to standard error and to the console. */
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
