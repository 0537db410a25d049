import { Injectable } from '@nestjs/common';
import { storedBrand, type BrandPart } from '@patchbay/core';
import type { FastifyReply } from 'fastify';
import type { CurrentBrand } from '../common/fresh-configuration.service.js';
import { EntityTags } from './entity-tags.service.js';

/** Puts the entity tag of a part of a brand into an answer. */
@Injectable()
export class EntityTagHeader {
  constructor(private readonly tags: EntityTags) {}

  /** @returns the view, so that an answer can be built in one breath */
  set<View>(reply: FastifyReply, { configuration, brand }: CurrentBrand, part: BrandPart, view: View): View {
    const tag = this.tags.of(storedBrand(configuration.records, brand), part);
    if (tag !== null) void reply.header('etag', tag);
    return view;
  }
}
