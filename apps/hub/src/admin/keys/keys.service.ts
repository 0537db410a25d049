import { Inject, Injectable } from '@nestjs/common';
import {
  actorOf,
  canManage,
  createKeySecret,
  refuseGrant,
  sees,
  type ApiKey,
  type Caller,
  type Clock,
  type KeyGrant,
  type KeyStore,
  type Page,
} from '@patchbay/core';
import { parseInstant } from '../../http/instant.js';
import { ProblemError } from '../../http/problem.js';
import { CLOCK, KEY_STORE } from '../../database/database.module.js';
import { FreshConfiguration } from '../common/fresh-configuration.service.js';
import { type PageQuery, readPage } from '../common/page.dto.js';
import type { NewKeyDto } from './key.dto.js';

/** A new key and its secret. */
export interface CreatedKey {
  readonly key: ApiKey;
  readonly secret: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Creates, lists and revokes keys within the rights of the caller's own key. */
@Injectable()
export class Keys {
  constructor(
    private readonly brands: FreshConfiguration,
    @Inject(KEY_STORE) private readonly store: KeyStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Creates a key. Throws a ProblemError with the field if the caller may not grant the requested rights. */
  async create(caller: Caller, wanted: NewKeyDto): Promise<CreatedKey> {
    const grant = await this.grantOf(caller, wanted);
    const refused = refuseGrant(caller, grant, this.clock.now());
    if (refused !== null) throw fieldRefused(refused.field, refused.detail);
    const { secret, hash, hint } = createKeySecret();
    const key = await this.store.create({ ...grant, hash, hint }, actorOf(caller));
    return { key, secret };
  }

  /** Lists keys, newest first. */
  list(caller: Caller, query: PageQuery): Promise<Page<ApiKey>> {
    return readPage(query, (page) => this.store.list(caller.brandIds, page));
  }

  /** Revokes a key. Throws a ProblemError 404 if it does not exist or the caller may not manage it. */
  async revoke(caller: Caller, id: string): Promise<void> {
    const key = UUID.test(id) ? await this.store.find(id) : null;
    const revoked = key === null || !canManage(caller, key) ? null : await this.store.revoke(id, actorOf(caller));
    if (revoked === null)
      throw new ProblemError(
        404,
        `There is no key ${JSON.stringify(id)} that your key may revoke. Check the id in GET /v1/keys.`,
      );
  }

  private async grantOf(caller: Caller, { name, role, brands, reveal, expiresAt }: NewKeyDto): Promise<KeyGrant> {
    return {
      ...{ name, role, reveal },
      brandIds: brands === undefined ? null : await this.brandIds(caller, brands),
      expiresAt: expiresAt === undefined ? null : (parseInstant(expiresAt) ?? null),
    };
  }

  /**
   * Converts brand names to ids. A brand outside the caller's scope gives the same error as a brand that does not
   * exist.
   */
  private async brandIds(caller: Caller, names: readonly string[]): Promise<readonly string[]> {
    const ids = new Map((await this.brands.directory()).map((brand) => [brand.name, brand.id]));
    return names.map((name) => {
      const id = ids.get(name);
      if (id === undefined || !sees(caller, id)) {
        throw fieldRefused(
          'brands',
          `there is no brand ${JSON.stringify(name)} that your key covers: correct the name`,
        );
      }
      return id;
    });
  }
}

function fieldRefused(field: string, detail: string): ProblemError {
  return new ProblemError(400, 'Some fields of the body are invalid. Correct the fields in `errors`.', [
    { field, detail },
  ]);
}
