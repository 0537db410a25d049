import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { paths } from '../../app/paths';
import { AppLink } from '../../ui/app-link';
import { reachedStep, STEPS, type ConnectDraft, type Step } from './connect-draft';
import classes from './connect.module.css';
import { useText } from './text';

interface ConnectStepsProps {
  readonly brand: string;
  readonly step: Step;
  readonly draft: ConnectDraft;
}

/** Numbered steps above the wizard. A step that was reached is a link. */
export function ConnectSteps({ brand, step, draft }: ConnectStepsProps): ReactNode {
  const text = useText();
  const reached = reachedStep(draft);
  return (
    <nav aria-label={text('steps.label')}>
      <ol className={classes.steps}>
        {STEPS.map((one, index) => (
          <li key={one} className={classes.step} aria-current={one === step ? 'step' : undefined}>
            <span className={classes.number} data-done={index < reached}>
              {index < reached ? <IconCheck size={14} aria-label={text('steps.done')} /> : index + 1}
            </span>
            {index <= reached && one !== step ? (
              <AppLink to={paths.connect(brand, one)}>{text(`steps.${one}`)}</AppLink>
            ) : (
              text(`steps.${one}`)
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
