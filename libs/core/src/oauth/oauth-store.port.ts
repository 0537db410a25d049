import type { Actor } from '../audit/audit-log.port.js';

/** Tokens that a vendor issued to a destination. Times are in milliseconds since the epoch. */
export interface OAuthTokens {
  readonly accessToken: string;
  /** Null if the vendor issues no refresh token. */
  readonly refreshToken: string | null;
  /** End of the access token. Null if the vendor names no end. */
  readonly expiresAt: number | null;
  /** Time from which the hub refreshes the access token. Null if the vendor names no end. */
  readonly refreshAt: number | null;
  /** Granted scopes, separated by spaces. Null if the vendor names none. */
  readonly scopes: string | null;
}

/** Connection of a destination to an account at its vendor, with the tokens. */
export interface OAuthConnection {
  /** Id of these tokens. Each change of the tokens changes the id. */
  readonly version: string;
  readonly tokens: OAuthTokens;
  /** Endpoint that issued the tokens. The hub sends the refresh token to this endpoint only. */
  readonly tokenUrl: string;
  /** True if the vendor refused the refresh token, so that a person has to connect the destination again. */
  readonly isRefused: boolean;
}

/** Connection of a destination without the tokens. Times are in milliseconds since the epoch. */
export interface OAuthStatus {
  readonly isRefused: boolean;
  readonly tokenUrl: string;
  /** End of the access token, which the hub refreshes before. Null if the vendor names no end. */
  readonly expiresAt: number | null;
  /** Granted scopes, separated by spaces. Null if the vendor names none. */
  readonly scopes: string | null;
  readonly connectedAt: number;
  /** Name of the key of the person who connected the destination. */
  readonly connectedBy: string;
}

/** Request of a person to connect a destination, until the vendor sends the person back. */
export interface OAuthRequest {
  readonly destinationId: string;
  readonly actor: Actor;
  /** Hash of the cookie of the browser that started the request. Null if no browser started it. */
  readonly browserHash: Uint8Array | null;
}

/** Time within which a person has to come back from the vendor, in milliseconds. */
export const OAUTH_REQUEST_MS = 600_000;

/** Store of OAuth connections and of the requests to connect. */
export interface OAuthStore {
  /** Finds the connection of a destination. Null if the destination is not connected or does not exist. */
  find(destinationId: string): Promise<OAuthConnection | null>;
  /**
   * Replaces the tokens of a version, after a refresh.
   * @returns false if the connection has another version or has ended, so that nothing was stored
   */
  replace(destinationId: string, version: string, tokens: OAuthTokens): Promise<boolean>;
  /** Marks the connection as refused by the vendor, if it still has the version. */
  refuse(destinationId: string, version: string): Promise<void>;
  /** Returns the connections of destinations, by destination id. Leaves out destinations without a connection. */
  statuses(destinationIds: readonly string[]): Promise<ReadonlyMap<string, OAuthStatus>>;
  /** Stores a request for {@link OAUTH_REQUEST_MS}, under the hash of its state. */
  startRequest(stateHash: Uint8Array, request: OAuthRequest): Promise<void>;
  /** Uses up a request. Null if there is none with this state, it was used before, has expired, or its key was revoked. */
  takeRequest(stateHash: Uint8Array): Promise<OAuthRequest | null>;
  /**
   * Connects a destination in place of an earlier connection, and writes an audit entry.
   * @returns false if the destination does not exist any more
   */
  connect(destinationId: string, tokens: OAuthTokens, tokenUrl: string, actor: Actor): Promise<boolean>;
  /**
   * Ends the connection of a destination and deletes its tokens, with an audit entry.
   * @returns false if the destination is not connected
   */
  disconnect(destinationId: string, actor: Actor): Promise<boolean>;
}
