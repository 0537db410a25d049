import { Injectable } from '@nestjs/common';
import { ListReads } from '@patchbay/database';
import type { FastifyReply } from 'fastify';
import type { ListStores } from '../../database/database.module.js';
import { LAG_HEADER, POSITION_HEADER } from '../../http/position-header.js';

/** Answers of lists and counts, which the read replica may give. */
@Injectable()
export class ListAnswers {
  constructor(private readonly reads: ListReads<ListStores>) {}

  /**
   * Runs a read that changes nothing, on the replica if possible. If a replica is configured, sets the header with the
   * maximum age of the data. The data contains every change whose position the caller sent.
   */
  async read<T>(reply: FastifyReply, work: (stores: ListStores) => Promise<T>): Promise<T> {
    const position = reply.request.headers[POSITION_HEADER];
    const { value, lagMs } = await this.reads.read(work, typeof position === 'string' ? position : undefined);
    if (this.reads.hasReplica) reply.header(LAG_HEADER, String(Math.round(lagMs ?? 0) / 1_000));
    return value;
  }

  /**
   * Runs a read as {@link read} does, but on the primary if the filter contains a customer or ids of the sender. The
   * customer may have been erased.
   */
  readAbout<T>(
    { customer, sourceEventId }: { readonly customer?: string; readonly sourceEventId?: readonly string[] },
    reply: FastifyReply,
    work: (stores: ListStores) => Promise<T>,
  ): Promise<T> {
    return customer === undefined && sourceEventId === undefined
      ? this.read(reply, work)
      : this.reads.readFromPrimary(work);
  }
}
