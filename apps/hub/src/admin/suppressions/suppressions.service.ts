import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  addressHash,
  newSuppression,
  normalisedAddress,
  type Caller,
  type Clock,
  type NewAuditEntry,
  type NewSuppression,
  type Page,
  type Suppression,
  type SuppressionFilter,
  type SuppressionStore,
} from '@patchbay/core';
import type { Address } from '@patchbay/plugin-sdk';
import { CLOCK, SUPPRESSION_STORE } from '../../database/database.module.js';
import { PersonalDataAccessLog } from '../audit/personal-data-access-log.service.js';
import { FreshConfiguration, type CurrentBrand } from '../common/fresh-configuration.service.js';
import { readPage } from '../common/page.dto.js';
import { found, storedId } from '../common/stored-id.js';
import { fieldProblem } from '../preview/field-problem.js';
import type {
  AddSuppressionsDto,
  NewSuppressionDto,
  SuppressionQuery,
  SuppressionsAddedDto,
} from './suppression.dto.js';

const PHONE = /^\+\d{7,15}$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** Reads and changes the suppression list of a brand. */
@Injectable()
export class Suppressions {
  constructor(
    private readonly brands: FreshConfiguration,
    private readonly accessLog: PersonalDataAccessLog,
    @Inject(SUPPRESSION_STORE) private readonly store: SuppressionStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Adds addresses, all or none. Throws a ProblemError 400 with the field if an address or a sender is invalid. */
  async add(caller: Caller, brandName: string, { suppressions }: AddSuppressionsDto): Promise<SuppressionsAddedDto> {
    const current = await this.brands.findBrand(brandName);
    const { brand } = current;
    const entries = suppressions.map((one, index) => this.entryOf(caller, current, one, index));
    const audit = this.auditEntry(caller, current, 'suppression.add', brand.name, {
      after: { entries: entries.length },
    });
    const added = await this.store.add(brand.id, entries, audit);
    return { added, known: entries.length - added };
  }

  /** Removes a suppression. Throws a ProblemError 404 if the brand has no such suppression. */
  async remove(caller: Caller, brandName: string, id: string): Promise<void> {
    const current = await this.brands.findBrand(brandName);
    const suppression = found(await this.store.find(current.brand.id, storedId(id, KIND)), KIND, id);
    const { kind, reason, channel, purpose, sender } = suppression;
    const before = { kind, reason, channel, purpose, sender };
    const audit = this.auditEntry(caller, current, 'suppression.remove', suppression.id, { before });
    const removed = await this.store.remove(current.brand.id, suppression.id, audit);
    found(removed ? suppression : null, KIND, id);
  }

  /** Lists suppressions, newest first. */
  async list(brandName: string, query: SuppressionQuery): Promise<Page<Suppression>> {
    const { brand } = await this.brands.findBrand(brandName);
    const { address, kind, reason } = query;
    if (address !== undefined && kind === undefined) {
      throw fieldProblem('kind', 'is missing: name the kind of the address, such as phone');
    }
    const filter: SuppressionFilter = {
      ...(address === undefined || kind === undefined
        ? {}
        : { addressHash: addressHash(brand.vault, { kind, value: address }) }),
      ...(kind === undefined ? {} : { kind }),
      ...(reason === undefined ? {} : { reason }),
    };
    return readPage(query, (page) => this.store.list(brand.id, filter, page));
  }

  /** Returns a suppression, and its address if the caller may see it and asks for it. */
  async get(
    caller: Caller,
    brandName: string,
    id: string,
    reveal: boolean,
  ): Promise<{ readonly suppression: Suppression; readonly address: string | null }> {
    if (reveal) this.accessLog.refuseUnlessAllowed(caller);
    const { brand } = await this.brands.findBrand(brandName);
    const suppression = found(await this.store.find(brand.id, storedId(id, KIND)), KIND, id);
    const { sealedAddress } = suppression;
    if (!reveal || sealedAddress === null || brand.privacy.mode === 'pii-less') return { suppression, address: null };
    await this.accessLog.record(caller, brand.id, suppression.id, 'suppression.reveal');
    return { suppression, address: brand.vault.open(`suppression/${suppression.id}`, sealedAddress) };
  }

  private entryOf(
    caller: Caller,
    { brand, configuration }: CurrentBrand,
    { kind, address: value, reason, channel, purpose, sender, note }: NewSuppressionDto,
    index: number,
  ): NewSuppression {
    const field = `suppressions[${index}]`;
    const address = { kind, value };
    const problem = addressProblem(address);
    if (problem !== null) throw fieldProblem(`${field}.address`, problem);
    const destinations = configuration.records.destinations.filter(({ brandId }) => brandId === brand.id);
    if (sender !== undefined && !destinations.some(({ name }) => name === sender)) {
      const names = destinations.map(({ name }) => name).join(', ');
      throw fieldProblem(`${field}.sender`, `is not a destination of the brand: use one of ${names || '(none)'}`);
    }
    const scope = { channel: channel ?? null, purpose: purpose ?? null, sender: sender ?? null };
    const facts = {
      ...scope,
      reason,
      origin: 'person',
      reportedBy: actorOf(caller).name,
      detail: note ?? null,
      reportedAt: null,
    } as const;
    return newSuppression(brand, address, facts, this.clock.now());
  }

  private auditEntry(
    caller: Caller,
    { brand }: CurrentBrand,
    action: string,
    target: string,
    change: Partial<Pick<NewAuditEntry, 'before' | 'after'>>,
  ): NewAuditEntry {
    return { actor: actorOf(caller), action, brandId: brand.id, target, before: null, after: null, ...change };
  }
}

const KIND = 'suppression';

/** Returns the problem of an address that could never be found on the list. Null if the address is valid. */
function addressProblem(address: Address): string | null {
  const text = normalisedAddress(address);
  switch (address.kind) {
    case 'phone':
      return PHONE.test(text) ? null : 'must be a phone number with its country code, such as +15005550006';
    case 'email':
      return EMAIL.test(text) ? null : 'must be an e-mail address';
    case 'pushToken':
      return /\s/.test(text) ? 'must be a push token without whitespace' : null;
  }
}
