import type { Entry } from '@patchbay/client';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { paths } from '../../app/paths';
import { withDurations } from '../../lib/duration';
import { useBrand } from '../../lib/use-brand';
import { AppLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { useStateName } from '../../ui/state-badge';
import { TimeText } from '../../ui/time-text';
import { useText } from './text';

/** Delivery with what became of it, as a code and values. */
type Explained = Pick<
  Entry<'/v1/brands/{brand}/deliveries'>,
  'explanationCode' | 'explanationValues' | 'nextStepTrigger'
>;

/** Codes of explanations that say what the state of the delivery and its state at the vendor say. */
const SAID_BY_STATE: ReadonlySet<string> = new Set(['sent', 'waiting', 'vendorReports', 'vendorReportsFailure']);

/** Returns true if the explanation says more than the state beside it. */
export function saysMore({ explanationCode, nextStepTrigger }: Explained): boolean {
  return !SAID_BY_STATE.has(explanationCode) || nextStepTrigger !== null;
}

/**
 * Shows why a delivery is in its state, beside the state, in the language of the console. Times are in the chosen zone;
 * events and other deliveries are links.
 */
export function Explanation({ delivery }: { readonly delivery: Explained }): ReactNode {
  const text = useText();
  const brand = useBrand();
  const locale = useLocale();
  const stateName = useStateName();
  const { explanationCode: code, explanationValues: values, nextStepTrigger } = delivery;
  const value = (name: string): string => String(values[name] ?? '');
  const link = (to: string, id: string): ReactNode => (
    <AppLink to={to}>
      <bdi className="pb-code">{id.slice(-8)}</bdi>
    </AppLink>
  );
  return (
    <>
      {text.rich(`explanation.${code}`, {
        ...withDurations(values, locale),
        status: stateName(value('status')),
        until: () => <TimeText at={value('until')} />,
        lookup: () => <bdi className="pb-code">{value('lookup')}</bdi>,
        destination: () => <bdi>{value('destination')}</bdi>,
        type: () => <bdi>{value('type')}</bdi>,
        event: () => link(paths.event(brand, value('event')), value('event')),
        delivery: () => link(paths.delivery(brand, value('delivery')), value('delivery')),
        reason: () => <Reason code={value('reason')} />,
        cause: () => <Reason code={value('cause')} vendorCode={value('vendorCode')} />,
      })}
      {nextStepTrigger !== null && ` ${text('explanation.nextStep')}`}
    </>
  );
}

/** Error kind in words with the vendor's code, or a stored reason as it is. */
function Reason({ code, vendorCode = '' }: { readonly code: string; readonly vendorCode?: string }): ReactNode {
  const text = useText();
  if (code === '') return text('explanation.noReason');
  return (
    <>
      {text.has(`errorKind.${code}`) ? text.dynamic(`errorKind.${code}`) : <ForeignText>{code}</ForeignText>}
      {vendorCode !== '' && (
        <>
          {' '}
          (<bdi className="pb-code">{vendorCode}</bdi>)
        </>
      )}
    </>
  );
}
