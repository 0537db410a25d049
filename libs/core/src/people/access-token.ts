const ACCESS_TOKEN = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;

/** Returns true if a text has the format of a JSON Web Token, which no API key has. */
export function looksLikeAccessToken(text: string): boolean {
  return ACCESS_TOKEN.test(text);
}
