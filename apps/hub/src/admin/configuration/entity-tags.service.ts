import { Inject, Injectable } from '@nestjs/common';
import {
  brandSettings,
  destinationSpec,
  sourceSpec,
  subscriptionSpec,
  type BrandPart,
  type StoredBrand,
  type Vault,
} from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import { VAULT } from '../../vault/vault.module.js';
import type { CurrentBrand } from '../common/fresh-configuration.service.js';

/**
 * Computes entity tags (RFC 9110 §8.8.3) of the parts of a brand. The tag of a part changes if any field or secret of
 * the part changes, or if the part is deleted and created again. A pause of the part does not change its tag.
 */
@Injectable()
export class EntityTags {
  constructor(@Inject(VAULT) private readonly vault: Pick<Vault, 'keyedHash'>) {}

  /** Returns the tag of a part, or null if the brand has no such part. Throws a VaultError. */
  of(stored: StoredBrand, part: BrandPart): string | null {
    const content = contentOf(stored, part);
    return content === null ? null : `"${this.vault.keyedHash('entity-tag', JSON.stringify(content)).slice(0, 32)}"`;
  }
}

function contentOf(stored: StoredBrand, { kind, name }: BrandPart): readonly [id: string, content: unknown] | null {
  const hasName = (record: { readonly name: string }): boolean => record.name === name;
  switch (kind) {
    case 'brand':
      return [stored.brand.id, brandSettings(stored.brand)];
    case 'source': {
      const source = stored.sources.find(hasName);
      return source === undefined ? null : [source.id, sourceSpec(source)];
    }
    case 'destination': {
      const destination = stored.destinations.find(hasName);
      return destination === undefined ? null : [destination.id, destinationSpec(destination, stored.brand)];
    }
    case 'subscription': {
      const subscription = stored.subscriptions.find(hasName);
      return subscription === undefined ? null : [subscription.subscriptionId, subscriptionSpec(subscription, stored)];
    }
  }
}

/** Sets the `ETag` header of a response to the entity tag of a part of a brand. */
@Injectable()
export class EntityTagHeader {
  constructor(private readonly tags: EntityTags) {}

  /** Sets the `ETag` header and returns the view unchanged. */
  set<View>(reply: FastifyReply, { configuration }: CurrentBrand, part: BrandPart, view: View): View {
    const tag = this.tags.of(configuration.records, part);
    if (tag !== null) void reply.header('etag', tag);
    return view;
  }
}
