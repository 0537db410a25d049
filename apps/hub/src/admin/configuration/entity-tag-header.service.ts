import { Injectable } from '@nestjs/common';
import { storedBrand, type BrandPart } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import type { CurrentBrand } from '../common/fresh-configuration.service.js';
import { EntityTags } from './entity-tags.service.js';

/** Sets the `ETag` header of a response to the entity tag of a part of a brand. */
@Injectable()
export class EntityTagHeader {
  constructor(private readonly tags: EntityTags) {}

  /** Sets the header and returns the view unchanged. */
  set<View>(reply: FastifyReply, { configuration, brand }: CurrentBrand, part: BrandPart, view: View): View {
    const tag = this.tags.of(storedBrand(configuration.records, brand), part);
    if (tag !== null) void reply.header('etag', tag);
    return view;
  }
}
