/** Text of one line that can be stored: without control characters, and without halves of a character (lone surrogates). */
export const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;
