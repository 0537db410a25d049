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
import { CLOCK, ERASURE_STORE } from '../../tokens.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { CustomerIds } from '../common/customer-ids.service.js';
import type { PageQuery } from '../common/page-query.dto.js';
import { readPage } from '../common/read-api-page.js';
import { found, storedId } from '../common/stored-id.js';
import { fieldProblem } from '../preview/field-problem.js';

/** How long a call waits for its end, in milliseconds; what takes longer goes on without it. */
const WAIT_MS = 5_000;
const POLL_INTERVAL_MS = 50;

/** Starts erasures of customers, and shows their receipts. */
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
   * Begins, and answers when it is done, or with what was done within some seconds. A customer who is stored in two forms
   * is forgotten in both, and the answer is the receipt that erased more. Throws a ProblemError 404 where there is no
   * such brand, and 400 for what can be no customer's id.
   */
  async forget(caller: Caller, brandName: string, customerId: string): Promise<Erasure> {
    const current = await this.brands.findBrand(brandName);
    // Sources read no such id, so it would forget nobody and say that it did. How long it is, the server bounds.
    if (/\p{Cc}|^\s|\s$/u.test(customerId)) {
      throw fieldProblem('customerId', 'has to be without control characters and blanks around it');
    }
    const started: Erasure[] = [];
    for (const form of await this.customers.erasable(customerId, current)) {
      started.push(await this.forgetForm(caller, current.brand, form));
    }
    const [first, ...others] = started;
    if (first === undefined) throw new Error('There is no form of a customer id to forget.');
    return others.reduce((most, one) => (one.events > most.events ? one : most), first);
  }

  private async forgetForm(caller: Caller, { id: brandId, vault }: BrandRecord, customerId: string): Promise<Erasure> {
    const until = this.clock.now();
    const id = uuidV7(until);
    const hash = customerHash(vault, customerId);
    await this.store.create({ id, brandId, customerId, customerHash: hash, until }, actorOf(caller));
    return this.carryOut(brandId, id);
  }

  /** The newest first. */
  async list(brandName: string, query: PageQuery): Promise<Page<Erasure>> {
    const { brand } = await this.brands.findBrand(brandName);
    return readPage(query, (page) => this.store.list(brand.id, page));
  }

  /** Throws a ProblemError 404. */
  async get(brandName: string, id: string): Promise<Erasure> {
    const { brand } = await this.brands.findBrand(brandName);
    return found(await this.store.find(brand.id, storedId(id, 'erasure')), 'erasure', id);
  }

  /** Whoever holds it, this process or another, goes on; where nobody else does, this call. */
  private async carryOut(brandId: string, id: string): Promise<Erasure> {
    for (const end = performance.now() + WAIT_MS; ;) {
      const stepped = await this.runner.once(id);
      const erasure = found(await this.store.find(brandId, id), 'erasure', id);
      if (erasure.state === 'done' || performance.now() > end) return erasure;
      if (!stepped) await delay(POLL_INTERVAL_MS);
    }
  }
}
