import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Title of an alert in the colour of text, because the colours of alerts have too little contrast for text. */
export function AlertTitle({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Text span inherit c="var(--mantine-color-text)">
      {children}
    </Text>
  );
}
