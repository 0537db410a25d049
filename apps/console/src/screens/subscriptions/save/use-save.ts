import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { Problem } from '../../../api/problem';
import { isMembers } from '../../../lib/merge-patch';
import { bodyOf, changeOf, draftOf, type Draft, type Subscription } from '../model/draft';
import { loadSubscription, subscriptionQuery, type Loaded } from '../queries';

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

async function create(brand: string, draft: Draft): Promise<Loaded> {
  const call = api.POST('/v1/brands/{brand}/subscriptions', { params: { path: { brand } }, body: bodyOf(draft) });
  return loadedFrom(await call);
}

async function change(brand: string, base: Loaded, draft: Draft, etag: string, atMost: number): Promise<Loaded> {
  const call = api.PATCH('/v1/brands/{brand}/subscriptions/{name}', {
    params: { path: { brand, name: base.stored.name }, query: atMost === 0 ? {} : { atMost } },
    headers: { 'if-match': etag },
    body: changeOf(base.draft, draft),
  });
  return loadedFrom(await call);
}

function loadedFrom({ data, response }: { data?: Subscription; response: Response }): Loaded {
  if (data === undefined) throw new Problem('unreadable', response.status, '');
  return { stored: data, draft: draftOf(data), etag: response.headers.get('etag') ?? '*' };
}

async function obstacleOf(error: unknown, brand: string, draft: Draft, etag: string): Promise<Obstacle> {
  if (!(error instanceof Problem)) return { kind: 'failed', error };
  if (error.status === 412) {
    try {
      return { kind: 'conflict', theirs: await loadSubscription(brand, draft.name), draft };
    } catch (later) {
      return { kind: 'failed', error: later };
    }
  }
  const count = affectedIn(error.body);
  if (error.status === 409 && count > 0) return { kind: 'affects', count, detail: error.detail, draft, etag };
  return { kind: 'failed', error };
}

/** Returns the number of waiting deliveries in the problem of an unconfirmed change. */
function affectedIn(body: unknown): number {
  const affected = isMembers(body) ? body['affectedDeliveries'] : undefined;
  if (!Array.isArray(affected)) return 0;
  return affected.reduce<number>((total, one: unknown) => {
    const count = isMembers(one) ? one['count'] : undefined;
    return total + (typeof count === 'number' ? count : 0);
  }, 0);
}
