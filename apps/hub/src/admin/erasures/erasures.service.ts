import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  customerHash,
  ErasureRunner,
  uuidV7,
  type BrandRecord,
  type Caller,
  type Clock,
  type Erasure,
  type ErasureStore,
  type Page,
} from '@patchbay/core';
import { CLOCK, ERASURE_STORE } from '../../database/database.module.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { CustomerIds } from '../common/customer-ids.service.js';
import { type PageQuery, readPage } from '../common/page.dto.js';
import { found, storedId } from '../common/stored-id.js';
import { fieldProblem } from '../preview/field-problem.js';

/**
 * Maximum time that a request waits for its erasure, in milliseconds. A longer erasure continues after the response.
 */
const WAIT_MS = 5_000;
const POLL_INTERVAL_MS = 50;

/** Starts and reads erasures of customers. */
@Injectable()
export class Erasures {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly customers: CustomerIds,
    private readonly runner: ErasureRunner,
    @Inject(ERASURE_STORE) private readonly store: ErasureStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Starts an erasure and waits some seconds for its end. A customer who is stored under several ids is erased under all
   * of them; the result is the receipt that erased the most events. Throws a ProblemError 404 if the brand does not exist,
   * and 400 if the customer id is invalid.
   */
  async forget(caller: Caller, brandName: string, customerId: string): Promise<Erasure> {
    const current = await this.brands.findBrand(brandName);
    // Sources never store an id with control characters or with whitespace at its ends. A receipt for the erasure of
    // such an id would be misleading. The HTTP server already limits the length of ids.
    if (/\p{Cc}|^\s|\s$/u.test(customerId)) {
      throw fieldProblem('customerId', 'must not contain control characters or begin or end with whitespace');
    }
    const { brand } = current;
    const forms = await this.customers.erasable(customerId, current);
    const ids: string[] = [];
    // An erasure deletes the links of its id when it ends, so all erasures are created before the first one runs. The
    // requested id comes last: if the request fails half-way, its repetition finds the linked ids that are left.
    for (const form of forms.toReversed()) ids.push(await this.create(caller, brand, form));
    const started: Erasure[] = [];
    for (const id of ids.reverse()) started.push(await this.runUntilDone(brand.id, id));
    const [first, ...others] = started;
    if (first === undefined)
      throw new Error('The customer id has no form that could be erased. This is a bug in CustomerIds.erasable.');
    return others.reduce((most, one) => (one.events > most.events ? one : most), first);
  }

  private async create(caller: Caller, { id: brandId, vault }: BrandRecord, customerId: string): Promise<string> {
    const until = this.clock.now();
    const id = uuidV7(until);
    const hash = customerHash(vault, customerId);
    await this.store.create({ id, brandId, customerId, customerHash: hash, until }, actorOf(caller));
    return id;
  }

  /** Lists erasures, newest first. */
  async list(brandName: string, query: PageQuery): Promise<Page<Erasure>> {
    const { brand } = await this.brands.findBrand(brandName);
    return readPage(query, (page) => this.store.list(brand.id, page));
  }

  /** Returns an erasure. Throws a ProblemError 404 if the erasure does not exist. */
  async get(brandName: string, id: string): Promise<Erasure> {
    const { brand } = await this.brands.findBrand(brandName);
    return found(await this.store.find(brand.id, storedId(id, 'erasure')), 'erasure', id);
  }

  /**
   * Runs the erasure until it is done or the maximum wait has passed. If another process runs the erasure, this process
   * only polls its state.
   */
  private async runUntilDone(brandId: string, id: string): Promise<Erasure> {
    for (const end = performance.now() + WAIT_MS; ;) {
      const stepped = await this.runner.once(id);
      const erasure = found(await this.store.find(brandId, id), 'erasure', id);
      if (erasure.state === 'done' || performance.now() > end) return erasure;
      if (!stepped) await delay(POLL_INTERVAL_MS);
    }
  }
}
