import { Button, Skeleton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { paths } from '../../app/paths';
import { stringifySearch } from '../../lib/search';
import { useBrand, usePathParam } from '../../lib/use-brand';
import { Page } from '../../ui/page';
import type { CreatedSource } from '../sources/source-form';
import { shownStep, type Step } from './connect-draft';
import { ConnectSteps } from './connect-steps';
import { StepSource } from './step-source';
import { useText } from './text';
import { useConnectDraft } from './use-connect-draft';

/** Later steps are loaded when the person reaches them. */
const StepDestination = lazy(async () => ({ default: (await import('./step-destination')).StepDestination }));
const StepSubscription = lazy(async () => ({ default: (await import('./step-subscription')).StepSubscription }));
const StepFirstEvent = lazy(async () => ({ default: (await import('./step-first-event')).StepFirstEvent }));

/** Wizard for a brand: source, destination, subscription, and the first event. */
export function ConnectScreen(): ReactNode {
  const brand = useBrand();
  return <Wizard key={brand} brand={brand} />;
}

function Wizard({ brand }: { readonly brand: string }): ReactNode {
  const text = useText();
  const navigate = useNavigate();
  const stored = useConnectDraft(brand);
  // In memory only: it has the secret of the source. A reload of the page forgets it.
  const [created, setCreated] = useState<CreatedSource | null>(null);
  const [hasCopied, setHasCopied] = useState(false);
  const inUrl = usePathParam('step');
  const step = shownStep(inUrl, stored.draft);
  const goTo = (next: Step): void => void navigate({ to: paths.connect(brand, next) });
  useEffect(() => {
    // The step stays the same until the person goes on, also when it has made what the next step needs.
    if (inUrl !== step) void navigate({ to: paths.connect(brand, step), replace: true });
  }, [inUrl, step, brand, navigate]);
  const { draft, change } = stored;
  const leaveTo = (to: string): void => {
    // An empty draft would lead back to the first step while the other page still loads.
    void navigate({ href: `/console${to}` }).then(stored.clear);
  };
  return (
    <Page
      title={text('title')}
      actions={
        <Button variant="default" onClick={() => leaveTo(paths.overview(brand))}>
          {text('leave')}
        </Button>
      }
    >
      <ConnectSteps brand={brand} step={step} draft={draft} />
      {step === 'source' && (
        <StepSource
          brand={brand}
          draft={draft}
          change={change}
          created={hasCopied ? null : created}
          onCreated={(made) => {
            setCreated(made);
            setHasCopied(false);
          }}
          onNext={() => {
            setHasCopied(true);
            goTo('destination');
          }}
        />
      )}
      <Suspense fallback={<Skeleton height={200} />}>
        {step === 'destination' && (
          <StepDestination brand={brand} draft={draft} change={change} onNext={() => goTo('subscription')} />
        )}
        {step === 'subscription' && (
          <StepSubscription brand={brand} draft={draft} change={change} onNext={() => goTo('event')} />
        )}
        {step === 'event' && (
          <StepFirstEvent
            brand={brand}
            draft={draft}
            change={change}
            created={created}
            // The preview shows this event, although a later sample may have no message.
            onFinish={(event) => leaveTo(paths.subscription(brand, draft.subscription) + stringifySearch({ event }))}
          />
        )}
      </Suspense>
    </Page>
  );
}
