import { Anchor, Button, type ButtonProps } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';
import { stringifySearch } from '../lib/search';

interface LinkProps {
  /** Path of a screen, from `paths`. */
  readonly to: string;
  /** Query of the target. */
  readonly search?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly children: ReactNode;
}

/** Link to a screen of the console. */
export function AppLink({ to, search = {}, children }: LinkProps): ReactNode {
  return (
    <Anchor {...useLink(to, search)} inherit>
      {children}
    </Anchor>
  );
}

/** Link to a screen that looks like a button. */
export function ButtonLink({ to, search = {}, children, ...props }: LinkProps & ButtonProps): ReactNode {
  return (
    <Button component="a" {...useLink(to, search)} {...props}>
      {children}
    </Button>
  );
}

/** Returns the address of a screen, and the handler that opens the screen without loading the page anew. */
function useLink(
  to: string,
  search: NonNullable<LinkProps['search']>,
): {
  href: string;
  onClick: (event: MouseEvent) => void;
} {
  const navigate = useNavigate();
  const target = to + stringifySearch(search);
  return {
    href: `/console${target}`,
    onClick: (event) => {
      // The browser itself opens links in a new tab or window.
      if (event.defaultPrevented || event.button !== 0) return;
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      void navigate({ href: `/console${target}` });
    },
  };
}
