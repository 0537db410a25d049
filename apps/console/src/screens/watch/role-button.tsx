import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useRole } from '../../lib/use-me';
import { useText } from './text';

interface RoleButtonProps extends ButtonProps {
  /** Role that the action requires. */
  readonly role: 'operator' | 'admin';
  /** Reason for which the action is not possible now. Null if it is possible. */
  readonly refusal?: string | null;
  readonly onClick: () => void;
}

/** Button on the page of one object. If the action is not possible, the button stays and says why. */
export function RoleButton({ role, refusal = null, onClick, children, ...props }: RoleButtonProps): ReactNode {
  const text = useText();
  const allowed = useRole(role);
  const reason = allowed ? refusal : text('role.missing', { role: text(`role.${role}`) });
  if (reason === null) {
    return (
      <Button onClick={onClick} {...props}>
        {children}
      </Button>
    );
  }
  return (
    <Tooltip label={reason} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Button
        {...props}
        data-disabled
        aria-disabled
        aria-description={reason}
        onClick={(event) => event.preventDefault()}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
