import { Inject, Injectable } from '@nestjs/common';
import type { HubSettings } from '@patchbay/config';
import {
  actorOf,
  importSettings,
  recordedName,
  sealChunk,
  uuidV7,
  type AuditLog,
  type Caller,
  type Clock,
  type FileScan,
  type Import,
  type ImportStore,
  type Page,
  type SourceRecord,
} from '@patchbay/core';
import { HUB_SETTINGS } from '../../context/hub-options.js';
import { AUDIT_LOG, CLOCK, IMPORT_STORE } from '../../database/database.module.js';
import { ProblemError } from '../../http/problem.js';
import { findByName, FreshConfiguration, recordsOfBrand } from '../common/fresh-configuration.service.js';
import { readPage } from '../common/page.dto.js';
import { found, storedId } from '../common/stored-id.js';
import { fieldProblem } from '../preview/field-problem.js';
import type { ImportQuery, ImportRequestDto } from './import-request.dto.js';

/** Takes uploads, and lists and cancels imports. Workers import the rows. */
@Injectable()
export class Imports {
  constructor(
    private readonly brands: FreshConfiguration,
    @Inject(HUB_SETTINGS) private readonly settings: HubSettings,
    @Inject(IMPORT_STORE) private readonly store: ImportStore,
    @Inject(AUDIT_LOG) private readonly audit: Pick<AuditLog, 'append'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Creates an import whose file is uploaded next. Throws a ProblemError 409 if the source is disabled or too many bytes
   * are stored, and 400 if the file is too large.
   */
  async create(caller: Caller, brandName: string, sourceName: string, request: ImportRequestDto): Promise<Import> {
    const { brand, source } = await this.findSource(brandName, sourceName);
    if (source.managedBy === 'hub' || source.disabled) {
      throw new ProblemError(409, `The source ${sourceName} takes no events. Import the file into another source.`);
    }
    await this.checkSize(request.sizeBytes);
    const id = uuidV7(this.clock.now());
    const { fileName, sizeBytes, sha256 = null, recovered } = request;
    const { format, perSecond } = importSettings(source.files, request);
    const after = { source: source.name, sizeBytes, ...format, perSecond, recovered };
    await this.record(caller, 'import.start', brand.id, id, after);
    const upload = {
      ...({ id, brandId: brand.id, sourceId: source.id, fileName, origin: 'upload', version: null } as const),
      ...{ format, sizeBytes, sha256, perSecond, recovered, requestedBy: recordedName(caller) },
    };
    return (await this.store.create(upload, this.settings.imports.maxOpenBytes)) ?? this.tooManyBytes();
  }

  /**
   * Adds the next chunk of a file. Throws a ProblemError 409 if the chunk does not continue the upload, or the upload has
   * ended.
   */
  async append(
    brandName: string,
    sourceName: string,
    importId: string,
    start: number,
    bytes: Uint8Array,
  ): Promise<Import> {
    const { brand, known } = await this.find(brandName, sourceName, importId);
    if (bytes.byteLength === 0) throw new ProblemError(400, 'The body is empty. Send the next bytes of the file.');
    const chunk = sealChunk(brand.vault, known.id, start, bytes);
    const outcome = found(await this.store.addChunk(brand.id, known.id, chunk), 'import', importId);
    if (outcome.kind === 'added') return outcome.import;
    const { receivedBytes, sizeBytes, state } = outcome.import;
    const detail =
      outcome.kind === 'closed'
        ? `The import takes no bytes, because its state is ${state}. Create another import for another file.`
        : `The chunk does not continue the upload, which has ${receivedBytes} of ${sizeBytes} bytes. Send the bytes from ` +
          'this offset.';
    throw new ProblemError(409, detail, undefined, { 'upload-offset': String(receivedBytes) });
  }

  /** Lists the imports of a source, newest first, with the last scan of its watched place. */
  async list(
    brandName: string,
    sourceName: string,
    { sha256, ...query }: ImportQuery,
  ): Promise<Page<Import> & { readonly scan: FileScan | null }> {
    const { brand, source } = await this.findSource(brandName, sourceName);
    const filter = { sourceId: source.id, ...(sha256 === undefined ? {} : { sha256 }) };
    const page = await readPage(query, (asked) => this.store.list(brand.id, filter, asked));
    return { ...page, scan: source.files?.from === undefined ? null : await this.store.lastScan(source.id) };
  }

  /** Returns an import. Throws a ProblemError 404 if the source has no such import. */
  async get(brandName: string, sourceName: string, importId: string): Promise<Import> {
    return (await this.find(brandName, sourceName, importId)).known;
  }

  /** Cancels an import. Has no effect if it has ended. */
  async cancel(caller: Caller, brandName: string, sourceName: string, importId: string): Promise<Import> {
    const { brand, known } = await this.find(brandName, sourceName, importId);
    const cancelled = found(await this.store.cancel(brand.id, known.id), 'import', importId);
    await this.record(caller, 'import.cancel', brand.id, known.id, { state: cancelled.state });
    return cancelled;
  }

  private async checkSize(sizeBytes: number): Promise<void> {
    const { maxFileBytes, maxOpenBytes } = this.settings.imports;
    if (sizeBytes > maxFileBytes) {
      throw fieldProblem('sizeBytes', `must be at most ${maxFileBytes}: split the file, or raise imports.maxFileBytes`);
    }
    // Only the creation is exact. This check keeps most refused requests out of the audit log.
    if ((await this.store.openBytes()) + sizeBytes > maxOpenBytes) this.tooManyBytes();
  }

  private tooManyBytes(): never {
    throw new ProblemError(
      409,
      `The files of all uploads that have not ended would exceed ${this.settings.imports.maxOpenBytes} bytes. Wait for an ` +
        'import to end, cancel one, or raise imports.maxOpenBytes.',
    );
  }

  private async findSource(brandName: string, sourceName: string) {
    const { configuration, brand } = await this.brands.findBrand(brandName);
    const source: SourceRecord = findByName(recordsOfBrand(configuration.records.sources, brand), sourceName, 'source');
    return { brand, source };
  }

  private async find(brandName: string, sourceName: string, importId: string) {
    const { brand, source } = await this.findSource(brandName, sourceName);
    const known = await this.store.find(brand.id, storedId(importId, 'import'));
    return { brand, known: found(known?.sourceId === source.id ? known : null, 'import', importId) };
  }

  private record(
    caller: Caller,
    action: string,
    brandId: string,
    target: string,
    after: Readonly<Record<string, string | number | boolean>>,
  ): Promise<void> {
    return this.audit.append([{ actor: actorOf(caller), action, brandId, target, before: null, after }]);
  }
}
