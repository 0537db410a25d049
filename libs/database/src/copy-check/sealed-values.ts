import type { BrandVault, Vault } from '@patchbay/core';
import type { ClientBase } from 'pg';

/** Number of the newest encrypted events of each brand that are opened. */
const EVENTS_PER_BRAND = 1_000;
const MAX_PROBLEMS = 5;
/** Number of encrypted values that are in memory at the same time. */
const PAGE_SIZE = 1_000;

/** Encrypted values of one kind: a query for brand, context and value. $1 brand. */
const SEALED: Readonly<Record<string, string>> = {
  'credentials of destinations': `SELECT 'destination/' || id || '/credentials' AS context, sealed_credentials AS sealed
    FROM destinations WHERE brand_id = $1 AND deleted_at IS NULL`,
  'authentication of sources': `SELECT 'source/' || id || '/auth' AS context, sealed_auth AS sealed
    FROM sources WHERE brand_id = $1 AND managed_by <> 'hub' AND deleted_at IS NULL`,
  'watched places of sources': `SELECT 'source/' || id || '/place' AS context, sealed_place AS sealed
    FROM sources WHERE brand_id = $1 AND sealed_place IS NOT NULL AND deleted_at IS NULL`,
  'generated secrets of sources': `SELECT 'source/' || source_id || '/generated' AS context, sealed_secrets AS sealed
    FROM capillary_registrations WHERE brand_id = $1`,
  'OAuth tokens': `SELECT 'destination/' || d.id || '/oauth-tokens' AS context, o.sealed_tokens AS sealed
    FROM oauth_connections o JOIN destinations d ON d.id = o.destination_id WHERE d.brand_id = $1`,
  lookups: `SELECT 'brand/' || id || '/lookups' AS context, sealed_lookups AS sealed
    FROM brands WHERE id = $1 AND sealed_lookups IS NOT NULL`,
  suppressions: `SELECT 'suppression/' || id AS context, sealed_address AS sealed
    FROM suppressions WHERE brand_id = $1 AND sealed_address IS NOT NULL`,
  'newest events': `SELECT 'event/' || id || '/personal' AS context, sealed
    FROM events WHERE brand_id = $1 AND sealed IS NOT NULL ORDER BY id DESC LIMIT ${EVENTS_PER_BRAND}`,
};

/** Part of a {@link BrandVault} that opens values. */
type Opener = Pick<BrandVault, 'open'>;

/** Part of a {@link Vault} that opens the data keys of brands. */
interface KeyOpener {
  openBrandKey(...of: Parameters<Vault['openBrandKey']>): Opener;
}

/** Number of opened values by kind, and the problems. */
export interface OpenedValues {
  readonly opened: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/** Opens the encrypted values of all brands: all credentials and secrets, and the newest events. Reveals none. */
export async function openSealedValues(client: ClientBase, vault: KeyOpener): Promise<OpenedValues> {
  const opened = new Map<string, number>(Object.keys(SEALED).map((kind) => [kind, 0]));
  const problems: string[] = [];
  let failed = 0;
  const fail = (problem: string): void => {
    failed += 1;
    if (failed <= MAX_PROBLEMS) problems.push(problem);
  };
  const { rows: brands } = await client.query<{ id: string; name: string; key: Buffer }>(
    'SELECT id, name, wrapped_key AS key FROM brands WHERE octet_length(wrapped_key) > 0 ORDER BY name',
  );
  for (const { id, name, key } of brands) {
    const brandVault = openedKey(vault, id, key);
    if (typeof brandVault === 'string') {
      fail(`The data key of the brand ${name} cannot be opened: ${brandVault}`);
      continue;
    }
    for (const [kind, query] of Object.entries(SEALED)) {
      for await (const { context, sealed } of sealedValues(client, query, id)) {
        const failure = failureOf(brandVault, context, sealed);
        if (failure === null) opened.set(kind, (opened.get(kind) ?? 0) + 1);
        else fail(failure);
      }
    }
  }
  if (failed > MAX_PROBLEMS) problems.push(`… and ${failed - MAX_PROBLEMS} more values that cannot be opened`);
  return { opened: Object.fromEntries(opened), problems };
}

/** Encrypted value of a brand. */
interface SealedValue {
  readonly context: string;
  readonly sealed: Buffer;
}

/** Reads the values of a brand page by page, because a brand may have millions. */
async function* sealedValues(client: ClientBase, query: string, brandId: string): AsyncGenerator<SealedValue> {
  await client.query('BEGIN');
  try {
    await client.query(`DECLARE sealed_values NO SCROLL CURSOR FOR ${query}`, [brandId]);
    for (;;) {
      const { rows } = await client.query<SealedValue>(`FETCH ${PAGE_SIZE} FROM sealed_values`);
      yield* rows;
      if (rows.length < PAGE_SIZE) return;
    }
  } finally {
    await client.query('ROLLBACK');
  }
}

function openedKey(vault: KeyOpener, brandId: string, key: Buffer): Opener | string {
  try {
    return vault.openBrandKey(brandId, key);
  } catch (error) {
    return messageOf(error);
  }
}

function failureOf(vault: Opener, context: string, sealed: Buffer): string | null {
  try {
    vault.open(context, sealed);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
