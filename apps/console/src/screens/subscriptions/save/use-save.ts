import { PatchbayError } from '@patchbay/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { subscriptionsQuery } from '../../../api/queries';
import { affectedBy } from '../../../ui/affected-dialog';
import { bodyOf, changeOf, type Draft } from '../model/draft';
import { loadedFrom, loadSubscription, subscriptionQuery, type Loaded } from '../queries';

/** Reason why a subscription is not saved yet. */
export type Obstacle =
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The change cancels or holds waiting deliveries. */
  | {
      readonly kind: 'affects';
      readonly count: number;
      readonly detail: string;
      readonly draft: Draft;
      readonly etag: string;
    }
  /** Somebody else saved meanwhile. */
  | { readonly kind: 'conflict'; readonly theirs: Loaded; readonly draft: Draft };

/** Saving of a subscription. */
export interface Saving {
  readonly isSaving: boolean;
  readonly obstacle: Obstacle | null;
  /** Returns true if the subscription is saved. `atMost` confirms the number of affected deliveries. */
  save(
    draft: Draft,
    base: Loaded | null,
    options?: { readonly atMost?: number; readonly etag?: string },
  ): Promise<boolean>;
  dismiss(): void;
}

/** Saves a draft: creates the subscription, or changes it if nobody else did since it was read. */
export function useSave(brand: string, onSaved: (saved: Loaded) => void): Saving {
  const client = useQueryClient();
  const [isSaving, setIsSaving] = useState(false);
  const [obstacle, setObstacle] = useState<Obstacle | null>(null);
  return {
    isSaving,
    obstacle,
    dismiss: () => setObstacle(null),
    save: async (draft, base, { atMost = 0, etag = base?.etag ?? '' } = {}) => {
      setIsSaving(true);
      setObstacle(null);
      try {
        const saved = await (base === null ? create(brand, draft) : change(brand, base, draft, etag, atMost));
        client.setQueryData(subscriptionQuery(brand, saved.stored.name).queryKey, saved);
        await client.invalidateQueries({ queryKey: ['subscriptions', brand, 'list'] });
        void client.invalidateQueries(subscriptionsQuery(brand));
        void client.invalidateQueries({ queryKey: ['subscriptions', brand, 'versions'] });
        onSaved(saved);
        return true;
      } catch (error) {
        setObstacle(await obstacleOf(error, brand, draft, etag));
        return false;
      } finally {
        setIsSaving(false);
      }
    },
  };
}

function create(brand: string, draft: Draft): Promise<Loaded> {
  const call = api.POST('/v1/brands/{brand}/subscriptions', { params: { path: { brand } }, body: bodyOf(draft) });
  return loadedFrom(call);
}

function change(brand: string, base: Loaded, draft: Draft, etag: string, atMost: number): Promise<Loaded> {
  const call = api.PATCH('/v1/brands/{brand}/subscriptions/{name}', {
    params: { path: { brand, name: base.stored.name }, query: atMost === 0 ? {} : { atMost } },
    headers: { 'if-match': etag },
    body: changeOf(base.draft, draft),
  });
  return loadedFrom(call);
}

async function obstacleOf(error: unknown, brand: string, draft: Draft, etag: string): Promise<Obstacle> {
  if (!(error instanceof PatchbayError)) return { kind: 'failed', error };
  if (error.status === 412) {
    try {
      return { kind: 'conflict', theirs: await loadSubscription(brand, draft.name), draft };
    } catch (later) {
      return { kind: 'failed', error: later };
    }
  }
  const count = affectedBy(error).reduce((total, one) => total + one.count, 0);
  if (count > 0) return { kind: 'affects', count, detail: error.detail, draft, etag };
  return { kind: 'failed', error };
}
