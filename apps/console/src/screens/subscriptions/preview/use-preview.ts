import { type Answer, answerOf, PatchbayError, type RequestBody } from '@patchbay/client';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { api } from '../../../api/client';
import { RETRY_BUSY } from '../../../api/retry-busy';
import { isComplete, trialBodyOf, type Draft } from '../model/draft';
import type { Part } from './parts';

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
  readonly part: Pick<Part, 'key' | 'entry' | 'step'>;
}

/** Preview for which the hub was asked. */
interface Asked {
  /** JSON of the body. */
  readonly key: string;
  readonly body: PreviewRequest | null;
  /** Key of the part. */
  readonly part: string;
}

/** Previews a draft with an event while a person types. An older call is aborted. The last good preview stays. */
export function usePreview(brand: string, draft: Draft, { event, locale, part }: PreviewOptions): LivePreview {
  const body: PreviewRequest | null =
    isComplete(draft) && event !== null
      ? {
          draft: trialBodyOf(draft),
          ...event,
          ...(locale === '' ? {} : { locale }),
          ...(part.entry === 0 ? {} : { entry: part.entry }),
          ...(part.step === 0 ? {} : { step: part.step }),
        }
      : null;
  const wanted = JSON.stringify(body);
  const [asked, setAsked] = useState<Asked>();
  const ask = useEffectEvent(() => setAsked({ key: wanted, body, part: part.key }));
  useEffect(() => {
    const timer = setTimeout(() => ask(), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const [good, setGood] = useState<{ readonly part: string; readonly preview: Preview }>();
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
  const keep = useEffectEvent((preview: Preview) => setGood({ part: asked?.part ?? '', preview }));
  useEffect(() => {
    if (data !== undefined && !isPlaceholderData) keep(data);
  }, [data, isPlaceholderData]);
  const preview = data ?? (good?.part === part.key ? good.preview : undefined);
  const errors = error instanceof PatchbayError ? errorsByField(error) : {};
  return {
    preview: body === null ? undefined : preview,
    isStale: wanted !== asked?.key || isPlaceholderData || (error !== null && preview !== undefined),
    errors,
    problem: error !== null && Object.keys(errors).length === 0 ? error : null,
  };
}

/** Returns the texts of an invalid draft by field, without the prefix `draft.`. */
export function errorsByField({ errors }: PatchbayError): Record<string, string> {
  return Object.fromEntries(errors.map(({ field, detail }) => [field.replace(/^draft\.?/, ''), detail]));
}
