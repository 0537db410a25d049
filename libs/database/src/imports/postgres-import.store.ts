import { randomUUID } from 'node:crypto';
import {
  FILE_START,
  NO_ROWS,
  type ChunkOutcome,
  type ClaimedImport,
  type FileChunk,
  type FileScan,
  type Import,
  type ImportCount,
  type ImportFilter,
  type ImportOrigin,
  type ImportProgress,
  type ImportStore,
  type NewImport,
  type Page,
  type PageRequest,
  type WatchedSource,
} from '@patchbay/core';
import type { DataSource, EntityManager } from 'typeorm';
import { ADVISORY_LOCKS } from '../connections/advisory-locks.js';
import { isUuid } from '../connections/uuid.js';
import { ImportEntity } from '../entities/import.entity.js';
import { pageById } from '../read/page-by-id.js';
import {
  ADD_CHUNK,
  ADVANCE_IMPORT,
  CANCEL_IMPORT,
  CHUNK_AT,
  CLAIM_IMPORT,
  COUNT_IMPORTS,
  END_IDLE_UPLOADS,
  END_IMPORT,
  LAST_SCAN,
  OPEN_BYTES,
  RECORD_SCAN,
  RELEASE_IMPORT,
  RENEW_IMPORT,
  TAKE_SCANS,
} from '../sql/imports.js';

const NOW = (): string => 'now()';
/** Maximum number of imports per statement. PostgreSQL takes 65,535 parameters. */
const MAX_INSERT = 1_000;
const IDLE_REASON = 'The upload was not continued in time. Upload the file again.';

interface ChunkRow {
  readonly start: number;
  readonly bytes: number;
  readonly sealed: Buffer;
}

/** Store of imports in PostgreSQL. Uploaded files are stored as sealed chunks, so that any process can run an import. */
export class PostgresImportStore implements ImportStore {
  constructor(private readonly dataSource: DataSource) {}

  create(created: NewImport, maxOpenBytes: number): Promise<Import | null> {
    return this.dataSource.transaction((manager) => createUpload(manager, created, maxOpenBytes));
  }

  async find(brandId: string, importId: string): Promise<Import | null> {
    if (!isUuid(importId)) return null;
    const row = await this.dataSource.manager.findOneBy(ImportEntity, { id: importId, brandId });
    return row === null ? null : toImport(row);
  }

  async list(brandId: string, { sourceId, sha256 }: ImportFilter, page: PageRequest): Promise<Page<Import>> {
    const query = this.dataSource
      .createQueryBuilder(ImportEntity, 'import')
      .where('import.brandId = :brandId', { brandId })
      .andWhere('import.sourceId = :sourceId', { sourceId });
    if (sha256 !== undefined) query.andWhere('import.sha256 = :sha256', { sha256 });
    const { data, nextCursor } = await pageById(query, { kind: 'imports', brandId: sourceId }, page);
    return { data: data.map(toImport), nextCursor };
  }

  openBytes(): Promise<number> {
    return openBytes(this.dataSource.manager);
  }

  counts(): Promise<readonly ImportCount[]> {
    return this.dataSource.query<ImportCount[]>(COUNT_IMPORTS);
  }

  async addChunk(brandId: string, importId: string, chunk: FileChunk): Promise<ChunkOutcome | null> {
    if (!isUuid(importId)) return null;
    return this.dataSource.transaction((manager) => addChunk(manager, brandId, importId, chunk));
  }

  async chunkAt(importId: string, offset: number): Promise<FileChunk | null> {
    const [row] = await this.dataSource.query<ChunkRow[]>(CHUNK_AT, [importId, offset]);
    return row ?? null;
  }

  async cancel(brandId: string, importId: string): Promise<Import | null> {
    if (!isUuid(importId)) return null;
    // The process that runs the import loses its lease and stores no further batch.
    await this.dataSource.query(CANCEL_IMPORT, [importId, brandId]);
    return this.find(brandId, importId);
  }

  async createListed(listed: readonly NewImport[]): Promise<number> {
    let created = 0;
    for (let start = 0; start < listed.length; start += MAX_INSERT) {
      created += await this.insertListed(listed.slice(start, start + MAX_INSERT));
    }
    return created;
  }

  takeScans(origins: readonly ImportOrigin[], intervalMs: number): Promise<readonly WatchedSource[]> {
    return this.dataSource.query<WatchedSource[]>(TAKE_SCANS, [intervalMs, origins]);
  }

  async recordScan(sourceId: string, problem: string | null): Promise<void> {
    await this.dataSource.query(RECORD_SCAN, [sourceId, problem]);
  }

  async lastScan(sourceId: string): Promise<FileScan | null> {
    const [row] = await this.dataSource.query<{ at: Date; problem: string | null }[]>(LAST_SCAN, [sourceId]);
    return row === undefined ? null : { at: row.at.getTime(), problem: row.problem };
  }

  async claim(leaseMs: number, origins: readonly ImportOrigin[]): Promise<ClaimedImport | null> {
    const token = randomUUID();
    const [[claimed]] = await this.dataSource.query<[{ id: string }[], number]>(CLAIM_IMPORT, [
      token,
      leaseMs,
      origins,
    ]);
    if (claimed === undefined) return null;
    // The row is null if the import was cancelled after the claim.
    const row = await this.dataSource.manager.findOneBy(ImportEntity, { id: claimed.id, leaseToken: token });
    return row === null ? null : { ...toImport(row), token };
  }

  async renew({ id, token }: ClaimedImport, leaseMs: number): Promise<boolean> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(RENEW_IMPORT, [id, token, leaseMs]);
    return rows.length > 0;
  }

  async advance({ id, token }: ClaimedImport, progress: ImportProgress, leaseMs: number): Promise<boolean> {
    const { position, counts, problems } = progress;
    const values = [position, counts, problems].map((value) => JSON.stringify(value));
    const [rows] = await this.dataSource.query<[unknown[], number]>(ADVANCE_IMPORT, [id, token, leaseMs, ...values]);
    return rows.length > 0;
  }

  async release({ id, token }: ClaimedImport, delayMs: number): Promise<void> {
    await this.dataSource.query(RELEASE_IMPORT, [id, token, delayMs]);
  }

  async end({ id, token }: ClaimedImport, reason: string | null): Promise<void> {
    await this.dataSource.query(END_IMPORT, [id, token, reason === null ? 'done' : 'failed', reason, true]);
  }

  async endChanged({ id, token }: ClaimedImport, reason: string): Promise<void> {
    await this.dataSource.query(END_IMPORT, [id, token, 'failed', reason, false]);
  }

  async endIdleUploads(idleMs: number): Promise<number> {
    const rows = await this.dataSource.query<unknown[]>(END_IDLE_UPLOADS, [idleMs, IDLE_REASON]);
    return rows.length;
  }

  private async insertListed(listed: readonly NewImport[]): Promise<number> {
    const rows = listed.map((created) => ({
      ...{ ...created, state: 'running' as const, receivedBytes: created.sizeBytes },
      ...{ position: FILE_START, counts: NO_ROWS, problems: [] },
    }));
    const query = this.dataSource.createQueryBuilder().insert().into(ImportEntity).values(rows).orIgnore();
    const result = await query.returning('id').execute();
    const created: unknown = result.raw;
    return Array.isArray(created) ? created.length : 0;
  }
}

async function createUpload(manager: EntityManager, created: NewImport, maxOpenBytes: number): Promise<Import | null> {
  // Each transaction counts the uploads of all earlier ones.
  await manager.query(`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.uploads})`);
  if ((await openBytes(manager)) + created.sizeBytes > maxOpenBytes) return null;
  // An empty file has no chunk that could end the upload.
  const state = created.sizeBytes === 0 ? 'running' : 'uploading';
  await manager.insert(ImportEntity, { ...created, state, position: FILE_START, counts: NO_ROWS, problems: [] });
  return toImport(await manager.findOneByOrFail(ImportEntity, { id: created.id }));
}

async function openBytes(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ bytes: number }[]>(OPEN_BYTES);
  return row?.bytes ?? 0;
}

async function addChunk(
  manager: EntityManager,
  brandId: string,
  id: string,
  { start, bytes, sealed }: FileChunk,
): Promise<ChunkOutcome | null> {
  const row = await manager.findOne(ImportEntity, { where: { id, brandId }, lock: { mode: 'pessimistic_write' } });
  if (row === null) return null;
  if (row.state !== 'uploading') return { kind: 'closed', import: toImport(row) };
  const receivedBytes = row.receivedBytes + bytes;
  if (start !== row.receivedBytes || receivedBytes > row.sizeBytes) return { kind: 'elsewhere', import: toImport(row) };
  await manager.query(ADD_CHUNK, [id, start, bytes, sealed]);
  row.receivedBytes = receivedBytes;
  row.state = receivedBytes === row.sizeBytes ? 'running' : 'uploading';
  await manager.update(ImportEntity, { id }, { receivedBytes, state: row.state, updatedAt: NOW, nextAt: NOW });
  return { kind: 'added', import: toImport(row) };
}

function toImport(row: ImportEntity): Import {
  const { id, brandId, sourceId, fileName, origin, version, format, sizeBytes, sha256, perSecond, recovered } = row;
  const { requestedBy, state, receivedBytes, position, counts, problems, reason } = row;
  return {
    ...{ id, brandId, sourceId, fileName, origin, version, format, sizeBytes, sha256, perSecond, recovered },
    ...{ requestedBy, state, receivedBytes, position, counts, problems, reason },
    createdAt: row.createdAt.getTime(),
    updatedAt: row.updatedAt.getTime(),
    endedAt: row.endedAt?.getTime() ?? null,
  };
}
