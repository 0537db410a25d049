/** Value of a reference, or its problem. The problem names the reference, never a value. */
export type ResolvedSecret =
  | { readonly value: string }
  | {
      readonly problem: string;
      /** Name of an environment variable that is not set, if this is the problem. */
      readonly unsetVariable?: string;
    };
