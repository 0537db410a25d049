import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { answerOf, api } from '../../../api/client';
import { Problem } from '../../../api/problem';
import { RETRY_BUSY } from '../../../api/retry-busy';
import type { Answer, RequestBody } from '../../../api/types';
import { trialBodyOf, type Draft } from '../model/draft';

/** Result of a preview. */
export type Preview = Answer<'/v1/brands/{brand}/preview', 'post'>;

/** Event of a preview: a stored event, or an example in the format of the source. */
export type PreviewEvent = { readonly eventId: string } | { readonly event: Record<string, unknown> };

type PreviewRequest = RequestBody<'/v1/brands/{brand}/preview', 'post'>;

/** State of the live preview. */
export interface LivePreview {
  /** The last preview that the hub could make. Undefined before the first one. */
  readonly preview: Preview | undefined;
  /** True while `preview` is not that of the present draft, because the draft is invalid or an answer is awaited. */
  readonly isStale: boolean;
  /** Errors by field of the draft, such as `mapping.body`. */
  readonly errors: Readonly<Record<string, string>>;
  /** Why there is no preview, if no field is the reason. Null if there is one. */
  readonly problem: unknown;
}

/** Time after the last change at which the preview is asked for, in milliseconds. */
const DEBOUNCE_MS = 250;

/** Selection of what a preview shows of a draft. */
interface PreviewOptions {
  readonly event: PreviewEvent | null;
  /** Language of the recipient; empty for the recipient's own. */
  readonly locale: string;
  /** Number of the fallback step; 0 for the message of the subscription. */
  readonly step: number;
}

/** Preview for which the hub was asked. */
interface Asked {
  /** JSON of the body. */
  readonly key: string;
  readonly body: PreviewRequest | null;
  readonly step: number;
}

/** Previews a draft with an event while a person types. An older call is aborted. The last good preview stays. */
export function usePreview(brand: string, draft: Draft, { event, locale, step }: PreviewOptions): LivePreview {
  const isComplete = draft.source !== '' && draft.events.length > 0 && draft.destination !== '';
  const body: PreviewRequest | null =
    isComplete && event !== null
      ? {
          draft: trialBodyOf(draft),
          ...event,
          ...(locale === '' ? {} : { locale }),
          ...(step === 0 ? {} : { step }),
        }
      : null;
  const wanted = JSON.stringify(body);
  const [asked, setAsked] = useState<Asked>();
  const ask = useEffectEvent(() => setAsked({ key: wanted, body, step }));
  useEffect(() => {
    const timer = setTimeout(() => ask(), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const [good, setGood] = useState<{ readonly step: number; readonly preview: Preview }>();
  const request = asked?.body ?? null;
  const query = useQuery({
    queryKey: ['subscriptions', brand, 'preview', asked?.key],
    queryFn:
      request === null
        ? skipToken
        : ({ signal }) =>
            answerOf(api.POST('/v1/brands/{brand}/preview', { params: { path: { brand } }, body: request, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    ...RETRY_BUSY,
  });
  const { data, error, isPlaceholderData } = query;
  const keep = useEffectEvent((preview: Preview) => setGood({ step: asked?.step ?? 0, preview }));
  useEffect(() => {
    if (data !== undefined && !isPlaceholderData) keep(data);
  }, [data, isPlaceholderData]);
  const preview = data ?? (good?.step === step ? good.preview : undefined);
  const errors = error instanceof Problem ? errorsByField(error) : {};
  return {
    preview: body === null ? undefined : preview,
    isStale: wanted !== asked?.key || isPlaceholderData || (error !== null && preview !== undefined),
    errors,
    problem: error !== null && Object.keys(errors).length === 0 ? error : null,
  };
}

/** Returns the texts of an invalid draft by field, without the prefix `draft.`. */
export function errorsByField({ errors }: Problem): Record<string, string> {
  return Object.fromEntries(errors.map(({ field, detail }) => [field.replace(/^draft\.?/, ''), detail]));
}
