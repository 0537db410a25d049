import { useQuery } from '@tanstack/react-query';
import { subscriptionsQuery } from '../../api/queries';
import { useBrand } from '../../lib/use-brand';
import type { Choice } from './choice-filter';
import { STAGES } from './known';
import { useText } from './text';

/**
 * Returns the choices of the filter by stage. None if no subscription of the brand has a route, unless the filter is
 * set: all deliveries are then in the same stage.
 */
export function useStageChoices(isSet: boolean): readonly Choice[] {
  const text = useText();
  const { data } = useQuery({ ...subscriptionsQuery(useBrand()), staleTime: 60_000 });
  const isShown = isSet || (data?.data.some(({ route }) => route !== null) ?? false);
  return isShown ? STAGES.map((value) => ({ value, label: text(`stages.${value}`) })) : [];
}
