import { Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { TypeSummary } from './destination-types';
import { TypeLogo } from './type-logo';

/** Logo, name and description of a destination type, for lists of types. */
export function TypeCard({ type, children }: { readonly type: TypeSummary; readonly children: ReactNode }): ReactNode {
  return (
    <Group gap="sm" align="flex-start" wrap="nowrap">
      <TypeLogo logo={type.logo} />
      <Stack gap={2} miw={0}>
        {children}
        <Text size="xs" c="dimmed" lang="en" dir="auto" lineClamp={3}>
          {type.description}
        </Text>
      </Stack>
    </Group>
  );
}
