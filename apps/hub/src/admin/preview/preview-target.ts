import {
  mappedDestinations,
  type CompiledBrand,
  type CompiledSource,
  type DestinationRecord,
  type FallbackStepRecord,
  type SubscriptionVersionRecord,
} from '@patchbay/core';
import type { JsonObject } from '@patchbay/plugin-sdk';
import { findByName, recordsOfBrand, type CurrentBrand } from '../common/fresh-configuration.service.js';
import { fieldProblem } from './field-problem.js';
import type { PreviewDto } from './preview.dto.js';

/** Subscription or mapping of a preview. */
export interface PreviewTarget {
  /** Subscription of the preview. Null for an unsaved mapping, which takes every event. */
  readonly subscription: SubscriptionVersionRecord | null;
  /** True if the subscription is not saved. */
  readonly isDraft: boolean;
  /** Number of the fallback step; 0 for the subscription's own destination. */
  readonly step: number;
  /**
   * Destination of the message. Null for an unsaved mapping, if the destination was deleted, or if no entry of a route is
   * chosen.
   */
  readonly destination: DestinationRecord | null;
  readonly destinationType: string;
  /** Mapping of the preview. Null if the preset of the destination type is used. */
  readonly mapping: JsonObject | null;
}

/**
 * Returns the target that a request names. Throws a ProblemError if the request names none, or several.
 * @param draft unsaved subscription of the request, checked; null if the request has none
 */
export function previewTarget(
  request: Pick<PreviewDto, 'subscription' | 'step' | 'mapping' | 'destinationType'>,
  draft: SubscriptionVersionRecord | null,
  current: CurrentBrand,
): PreviewTarget {
  const { subscription: name, step = 0, mapping, destinationType } = request;
  const isOfMapping = mapping !== undefined || destinationType !== undefined;
  if (draft !== null && name === undefined && !isOfMapping) return targetOf(draft, step, true, current);
  if (draft === null && name !== undefined && !isOfMapping) {
    const saved = recordsOfBrand(current.configuration.records.subscriptions, current.brand);
    return targetOf(findByName(saved, name, 'subscription'), step, false, current);
  }
  if (step !== 0) throw fieldProblem('step', 'requires a subscription: send the name of a subscription and no mapping');
  if (draft === null && name === undefined && mapping !== undefined && destinationType !== undefined) {
    return { subscription: null, isDraft: false, step, destination: null, destinationType, mapping };
  }
  throw fieldProblem(
    'subscription',
    'send exactly one of: the name of a subscription, a draft, or a mapping with its destinationType',
  );
}

function targetOf(
  subscription: SubscriptionVersionRecord,
  step: number,
  isDraft: boolean,
  { configuration }: CurrentBrand,
): PreviewTarget {
  const unrouted = { subscription, isDraft, step, destination: null, destinationType: '', mapping: null };
  if (step === 0 && subscription.route !== undefined) return unrouted;
  const [own] = mappedDestinations(subscription);
  const from = step === 0 ? own : stepOf(subscription, step);
  return from === undefined ? unrouted : targetWith(unrouted, from, configuration);
}

/** Returns a target with a destination and its mapping. */
export function targetWith(
  target: PreviewTarget,
  { destinationId, mapping = null }: { readonly destinationId: string; readonly mapping?: JsonObject | null },
  { destinations }: Pick<CompiledBrand, 'destinations'>,
): PreviewTarget {
  const destination = destinations.get(destinationId) ?? null;
  return { ...target, destination, destinationType: destination?.type ?? '', mapping };
}

function stepOf({ name, messaging }: SubscriptionVersionRecord, step: number): FallbackStepRecord {
  const steps = messaging?.fallback ?? [];
  const found = steps[step - 1];
  if (found === undefined)
    throw fieldProblem('step', `the fallback of ${name} has ${steps.length} steps: choose one of them`);
  return found;
}

/**
 * Returns the source that parses the event of a preview. Throws a ProblemError if the request does not determine the
 * source.
 */
export function previewSource(
  request: Pick<PreviewDto, 'source'>,
  { subscription }: Pick<PreviewTarget, 'subscription'>,
  { configuration, brand }: CurrentBrand,
): CompiledSource {
  const sources = recordsOfBrand(configuration.records.sources, brand);
  const [only, ...others] = sources.filter(({ managedBy }) => managedBy !== 'hub');
  const id =
    subscription?.sourceId ??
    (request.source === undefined ? undefined : findByName(sources, request.source, 'source').id) ??
    (others.length === 0 ? only?.id : undefined);
  const source = id === undefined ? undefined : configuration.source(id);
  if (source === undefined)
    throw fieldProblem('source', 'the brand has not exactly one source: set the name of the source of the event');
  return source;
}
