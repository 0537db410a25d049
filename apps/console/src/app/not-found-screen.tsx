import type { ReactNode } from 'react';
import { AppLink } from '../ui/app-link';
import { Page } from '../ui/page';
import { useText } from './text';

/** Page for a path that no screen has. */
export function NotFoundScreen(): ReactNode {
  const text = useText();
  return (
    <Page title={text('notFound.title')}>
      <p>
        {text('notFound.text')} <AppLink to="/">{text('notFound.link')}</AppLink>
      </p>
    </Page>
  );
}
