import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { useBrand } from '../../lib/use-brand';
import { AppLink } from '../../ui/app-link';
import { ForeignText } from '../../ui/foreign-text';
import { TimeText } from '../../ui/time-text';
import { explanationParts, withoutState } from './explanation-parts';

interface ExplanationProps {
  /** Explanation of the hub. */
  readonly children: string;
}

/** Shows why a delivery is in its state, beside the state. Times are in the chosen zone; other deliveries are links. */
export function Explanation({ children }: ExplanationProps): ReactNode {
  const brand = useBrand();
  return explanationParts(withoutState(children)).map(({ kind, text }, index) => {
    if (kind === 'time') return <TimeText key={index} at={text} />;
    if (kind === 'text') return <ForeignText key={index}>{text}</ForeignText>;
    return (
      <AppLink key={index} to={paths.delivery(brand, text)}>
        <bdi className="pb-code">{text.slice(-8)}</bdi>
      </AppLink>
    );
  });
}
