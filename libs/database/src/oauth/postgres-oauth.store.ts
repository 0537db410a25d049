import {
  isJson,
  isJsonObject,
  type Actor,
  type Json,
  type OAuthConnection,
  type OAuthRequest,
  type OAuthStatus,
  type OAuthStore,
  type OAuthTokens,
  type Vault,
} from '@patchbay/core';
import type { DataSource } from 'typeorm';
import { writeAuditEntries } from '../configuration/audited-change.js';
import { openJson, sealJson } from '../configuration/sealed-json.js';
import type { PgPool } from '../query/pg-pool.js';
import { LOCK_DESTINATION } from '../sql/destination-states.js';
import {
  BRAND_KEY,
  CONNECT,
  CONNECTION_STATUSES,
  DISCONNECT,
  DROP_REQUESTS,
  FIND_CONNECTION,
  REFUSE_CONNECTION,
  REPLACE_TOKENS,
  START_REQUEST,
  TAKE_REQUEST,
  type ConnectionRow,
  type ConnectionStatusRow,
  type OAuthRequestRow,
} from '../sql/oauth.js';

type Row<T> = T & Record<string, unknown>;

/** Fields of the tokens that are sealed. The other fields are columns. */
type SealedTokens = Pick<OAuthTokens, 'accessToken' | 'refreshToken' | 'refreshAt'>;

/** OAuth connections in PostgreSQL. The tokens are sealed with the data key of the brand. */
export class PostgresOAuthStore implements OAuthStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pool: PgPool,
    private readonly vault: Pick<Vault, 'openBrandKey'>,
  ) {}

  async find(destinationId: string): Promise<OAuthConnection | null> {
    const [row] = await this.pool.query<Row<ConnectionRow>>(FIND_CONNECTION.with({ destination: destinationId }));
    if (row === undefined) return null;
    const vault = this.vault.openBrandKey(row.brand_id, row.wrapped_key);
    const sealed = openJson(vault, tokensContext(destinationId), row.sealed_tokens, isSealedTokens);
    return {
      version: row.version,
      tokens: { ...sealed, expiresAt: row.expires_at?.getTime() ?? null, scopes: row.scopes },
      tokenUrl: row.token_url,
      isRefused: row.refused,
    };
  }

  async replace(destinationId: string, version: string, tokens: OAuthTokens): Promise<boolean> {
    const sealedTokens = await this.seal(destinationId, tokens);
    if (sealedTokens === null) return false;
    const { expiresAt, scopes } = tokens;
    const replaced = await this.pool.query(
      REPLACE_TOKENS.with({
        ...{ destination: destinationId, version, sealed_tokens: sealedTokens },
        ...{ expires_at: expiresAt, scopes },
      }),
    );
    return replaced.length > 0;
  }

  async refuse(destinationId: string, version: string): Promise<void> {
    await this.pool.query(REFUSE_CONNECTION.with({ destination: destinationId, version }));
  }

  async statuses(destinationIds: readonly string[]): Promise<ReadonlyMap<string, OAuthStatus>> {
    const rows = await this.pool.query<Row<ConnectionStatusRow>>(
      CONNECTION_STATUSES.with({ destinations: destinationIds }),
    );
    return new Map(rows.map((row) => [row.destination_id, statusOf(row)]));
  }

  async startRequest(hash: Uint8Array, { destinationId, actor, browserHash }: OAuthRequest): Promise<void> {
    await this.pool.query(
      START_REQUEST.with({
        ...{ hash: Buffer.from(hash), destination: destinationId, actor: actor.name, key: actor.keyId },
        browser_hash: browserHash === null ? null : Buffer.from(browserHash),
      }),
    );
  }

  async takeRequest(hash: Uint8Array): Promise<OAuthRequest | null> {
    const [row] = await this.pool.query<Row<OAuthRequestRow>>(TAKE_REQUEST.with({ hash: Buffer.from(hash) }));
    if (row === undefined) return null;
    const { destination_id: destinationId, actor: name, key_id: keyId, browser_hash: browserHash } = row;
    return { destinationId, actor: { name, keyId }, browserHash };
  }

  async connect(destinationId: string, tokens: OAuthTokens, tokenUrl: string, actor: Actor): Promise<boolean> {
    const sealed = await this.seal(destinationId, tokens);
    if (sealed === null) return false;
    const { expiresAt, scopes } = tokens;
    return this.change(destinationId, 'connect', { scopes }, actor, async (query) => {
      await query(CONNECT, [destinationId, sealed, tokenUrl, expiresAt, scopes, actor.name]);
      return true;
    });
  }

  disconnect(destinationId: string, actor: Actor): Promise<boolean> {
    return this.change(destinationId, 'disconnect', {}, actor, async (query) => {
      await query(DROP_REQUESTS, [destinationId]);
      return (await query(DISCONNECT, [destinationId])).length > 0;
    });
  }

  /**
   * Changes the connection of a destination under the lock of the destination, with an audit entry. Changes nothing if
   * the destination was deleted.
   * @param write returns false if there is nothing to change
   */
  private change(
    destinationId: string,
    verb: 'connect' | 'disconnect',
    details: Readonly<Record<string, Json>>,
    actor: Actor,
    write: (query: (text: string, values: unknown[]) => Promise<unknown[]>) => Promise<boolean>,
  ): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const [destination] = await manager.query<{ name: string }[]>(LOCK_DESTINATION, [destinationId]);
      if (destination === undefined) return false;
      if (!(await write((text, values) => manager.query<unknown[]>(text, values)))) return false;
      const change = { action: 'update', kind: 'destination', name: destination.name, fields: ['connection'] } as const;
      const connected = verb === 'connect';
      await writeAuditEntries(manager, actor, [{ change, verb, before: null, after: { connected, ...details } }]);
      return true;
    });
  }

  /** Seals tokens with the data key of the destination's brand. Returns null if the destination does not exist. */
  private async seal(destinationId: string, tokens: OAuthTokens): Promise<Buffer | null> {
    const [row] = await this.pool.query<Row<Pick<ConnectionRow, 'brand_id' | 'wrapped_key'>>>(
      BRAND_KEY.with({ destination: destinationId }),
    );
    if (row === undefined) return null;
    const { accessToken, refreshToken, refreshAt } = tokens;
    const sealed: SealedTokens = { accessToken, refreshToken, refreshAt };
    return sealJson(this.vault.openBrandKey(row.brand_id, row.wrapped_key), tokensContext(destinationId), sealed);
  }
}

/** Returns the sealing context of a destination's tokens. */
function tokensContext(destinationId: string): string {
  return `destination/${destinationId}/oauth-tokens`;
}

function isSealedTokens(value: unknown): value is SealedTokens {
  if (!isJson(value) || !isJsonObject(value)) return false;
  const { accessToken, refreshToken, refreshAt } = value;
  return (
    typeof accessToken === 'string' &&
    (refreshToken === null || typeof refreshToken === 'string') &&
    (refreshAt === null || typeof refreshAt === 'number')
  );
}

function statusOf(row: ConnectionStatusRow): OAuthStatus {
  return {
    isRefused: row.refused,
    tokenUrl: row.token_url,
    expiresAt: row.expires_at?.getTime() ?? null,
    scopes: row.scopes,
    connectedAt: row.connected_at.getTime(),
    connectedBy: row.connected_by,
  };
}
