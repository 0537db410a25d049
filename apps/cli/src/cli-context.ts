/** Output stream of a command. */
export interface CliOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Environment and streams of a command. `process` satisfies this interface. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<string | Uint8Array> & {
    readonly isTTY?: boolean;
    /** Ends the input, so that it no longer keeps the process alive. */
    destroy(): unknown;
  };
  readonly stdout: CliOutput;
  readonly stderr: CliOutput;
}
