/** Errors of the queue, its connections and its jobs. Counts and reports each error. */
export class QueueErrors {
  /** Number of errors since the start. Changed by this class only. */
  count = 0;

  constructor(private readonly onError: (error: Error) => void) {}

  /** Counts and reports an error. */
  readonly report = (error: Error): void => {
    this.count += 1;
    this.onError(error);
  };
}
