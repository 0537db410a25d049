import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { answerOf, api } from '../../../api/client';
import type { Answer } from '../../../api/types';
import { trialBodyOf, type Draft } from '../model/draft';

/** Result of a trial: what a draft would change for past events. */
export type Trial = Answer<'/v1/brands/{brand}/trials', 'post'>;

/** Number of past events that a trial uses. */
export const TRIED = 50;

/** Draft that was tried, and the result. */
export interface TriedDraft {
  readonly draft: Draft;
  readonly trial: Trial;
}

/** Returns the call that tries a draft on the newest events. Nothing is sent or stored. */
export function useTrial(brand: string): UseMutationResult<TriedDraft, unknown, Draft> {
  return useMutation({
    mutationFn: async (draft: Draft) => {
      const body = { draft: trialBodyOf(draft), last: TRIED };
      return {
        draft,
        trial: await answerOf(api.POST('/v1/brands/{brand}/trials', { params: { path: { brand } }, body })),
      };
    },
  });
}
