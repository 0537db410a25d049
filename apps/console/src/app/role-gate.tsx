import { Alert } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Role } from '../api/session';
import { useRole } from '../lib/use-me';
import { useText } from './text';

interface RoleGateProps {
  readonly role: Role;
  readonly children: ReactNode;
}

/** Shows a screen only to callers of the role, and says otherwise which role the screen requires. */
export function RoleGate({ role, children }: RoleGateProps): ReactNode {
  const text = useText();
  if (useRole(role)) return children;
  return (
    <div className="pb-page">
      <Alert color="gray" icon={<IconLock aria-hidden />} title={text('forbidden.title')} role="alert">
        {text('forbidden.role', { role: text(`roles.${role}`) })}
      </Alert>
    </div>
  );
}
