import { Group, Stack, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useEffect, type ReactNode } from 'react';
import { AppLink } from './app-link';

interface PageProps {
  readonly title: string;
  /** Text beside the title, such as a badge. */
  readonly beside?: ReactNode;
  /** Buttons at the end of the heading. */
  readonly actions?: ReactNode;
  /** List to which the page belongs. */
  readonly back?: { readonly to: string; readonly label: string };
  readonly children: ReactNode;
}

/** Heading and content of a screen. Sets the title of the document. */
export function Page({ title, beside, actions, back, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} – Patchbay`;
  }, [title]);
  return (
    <Stack className="pb-page" gap="lg">
      <Stack gap={2}>
        {back !== undefined && (
          <nav aria-label={back.label}>
            <AppLink to={back.to}>
              <IconArrowLeft size={14} className="pb-flip" style={{ verticalAlign: 'text-bottom' }} aria-hidden />{' '}
              {back.label}
            </AppLink>
          </nav>
        )}
        <Group justify="space-between" align="center" gap="sm">
          <Group gap="sm" miw={0}>
            <Title order={1} className="pb-foreign">
              {title}
            </Title>
            {beside}
          </Group>
          {actions !== undefined && <Group gap="sm">{actions}</Group>}
        </Group>
      </Stack>
      {children}
    </Stack>
  );
}
