/** Place of a message in a call with several messages. */
export interface BatchPlace {
  /** Id of the batch. */
  readonly id: string;
  /** Position in the call, from 0. */
  readonly index: number;
  /** Number of messages in the call. */
  readonly size: number;
}

/** Batch in which a message was last sent. */
export interface LastBatch extends BatchPlace {
  /** True if the plugin is idempotent per batch: if the answer is lost, only the whole batch may be sent again. */
  readonly isFrozen?: boolean;
}

/** Returns a place without the details that only claims need. */
export function placeOf({ id, index, size }: BatchPlace): BatchPlace {
  return { id, index, size };
}
