import { downstreamRank } from '@patchbay/core';
import type { DownstreamStatus, StatusUpdate } from '@patchbay/plugin-sdk';
import { isStorable } from '../connections/storable.js';
import { isUuid } from '../connections/uuid.js';

/** What a vendor says became of a message. */
export interface News {
  readonly status: DownstreamStatus;
  /** By the vendor's clock; null where it does not say, or not in a way that can be read. */
  readonly at: Date | null;
}

/** News about what has a name: our id of a delivery, or the vendor's of a message. */
export interface NamedNews extends News {
  readonly name: string;
  readonly by: 'id' | 'externalId';
}

/** The updates that name something which can be a delivery's: by our own id where they have it. */
export function readNews(updates: readonly StatusUpdate[]): readonly NamedNews[] {
  return updates.flatMap(({ deliveryId, externalId, status, at }): readonly NamedNews[] => {
    const news = { status, at: timeOf(at) };
    if (deliveryId !== undefined && isUuid(deliveryId)) {
      return [{ ...news, by: 'id', name: deliveryId.toLowerCase() }];
    }
    return externalId !== undefined && isStorable(externalId) ? [{ ...news, by: 'externalId', name: externalId }] : [];
  });
}

/** Whether a status is news where another is known, or none. */
export function isFurther(status: DownstreamStatus, known: DownstreamStatus | null | undefined): boolean {
  return known === null || known === undefined || downstreamRank(status) > downstreamRank(known);
}

function timeOf(at: string | undefined): Date | null {
  const time = new Date(at ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? null : time;
}
