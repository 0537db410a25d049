import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ButtonLink } from '../ui/app-link';
import { Page } from '../ui/page';
import { useText } from './text';

/** Page for a path that no screen has. */
export function NotFoundScreen(): ReactNode {
  const text = useText();
  return (
    <Page title={text('notFound.title')}>
      <Text>{text('notFound.text')}</Text>
      <Group>
        <ButtonLink to="/" variant="default">
          {text('notFound.link')}
        </ButtonLink>
      </Group>
    </Page>
  );
}
