/** Text, or a pure function of the settings, for example of the region. */
export type TextBySettings<S extends object> = string | { decide(settings: S): string }['decide'];

/**
 * OAuth 2.0 with an authorization code, for vendors at which a person signs in to allow the access. The person connects
 * the destination once. The hub exchanges the code, and stores and refreshes the tokens. The credentials class must have
 * the texts `clientId` and `clientSecret`.
 */
export interface OAuthDefinition<S extends object> {
  /** Page of the vendor at which a person allows the access. */
  readonly authorizeUrl: TextBySettings<S>;
  /** Endpoint of the vendor that issues tokens. */
  readonly tokenUrl: TextBySettings<S>;
  /** Scopes to request. Absent if the vendor has none. */
  readonly scopes?: readonly string[];
  /** False if the vendor refuses PKCE (RFC 7636, method S256). Absent means true. */
  readonly pkce?: boolean;
  /** Further parameters of the authorize URL, for example `access_type: 'offline'`. */
  readonly authorizeParameters?: Readonly<Record<string, string>>;
  /**
   * Place of the client id and secret in token requests: an `Authorization: Basic` header, or the body. Absent means
   * `basic`.
   */
  readonly clientAuthentication?: 'basic' | 'body';
}

/** Valid access token of a connected destination. */
export interface AccessToken {
  readonly value: string;
  /**
   * Marks the token as refused by the vendor, so that the next call of `accessToken` refreshes it. Call this function
   * after a 401, request a token once more, and repeat the request once.
   */
  readonly drop: () => void;
}
