import type { ReactNode } from 'react';
import { textParts } from '../lib/visible-controls';
import classes from './foreign-text.module.css';

interface ForeignTextProps {
  /** Text of a customer, a vendor or a source. */
  readonly children: string;
}

/** Shows a text from outside as text: with a direction of its own, and with hidden characters as tokens. */
export function ForeignText({ children }: ForeignTextProps): ReactNode {
  return (
    <bdi dir="auto" className="pb-foreign">
      {textParts(children).map((part, index) =>
        part.isHidden ? <span key={index} className={classes.token}>{`⟨${part.text}⟩`}</span> : part.text,
      )}
    </bdi>
  );
}
