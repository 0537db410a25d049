/** What a reference stands for, or why it stands for nothing. The problem names the reference, never a value. */
export type Resolved = { readonly value: string } | { readonly problem: string };
