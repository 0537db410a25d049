/** Text of one line that can be stored: no control characters and no lone surrogates. */
export const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;
