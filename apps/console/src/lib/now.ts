/** Returns the time of the browser, in milliseconds since the epoch. The browser's clock may be wrong. */
export function browserNow(): number {
  return Date.now();
}
