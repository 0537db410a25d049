import { Button, Loader, type ButtonProps } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import classes from './action-button.module.css';

interface ActionButtonProps extends Omit<ButtonProps, 'loading'> {
  /** True while the action runs. */
  readonly running: boolean;
  readonly type?: 'submit';
  readonly onClick?: () => void;
  readonly children: ReactNode;
}

/**
 * Button of an action that takes time. While the action runs, the button shows it and ignores presses, but keeps the
 * focus. A button of Mantine with `loading` is disabled, and a disabled button loses the focus.
 */
export function ActionButton({ running, onClick, children, ...props }: ActionButtonProps): ReactNode {
  const press = (event: MouseEvent): void => {
    if (running) event.preventDefault();
    else onClick?.();
  };
  return (
    <Button {...props} {...(running ? { 'aria-disabled': true } : {})} onClick={press}>
      {running && (
        <span className={classes.loader}>
          <Loader size={16} color="currentColor" aria-hidden />
        </span>
      )}
      <span className={running ? classes.words : undefined}>{children}</span>
    </Button>
  );
}
