import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { DestinationLinks } from '../../ui/destination-links';
import { useText } from './text';

interface DestinationLinkProps {
  /** Null if a route did not choose a destination. */
  readonly name: string | null;
}

/** Link to a destination, or a word for a destination that was not chosen. */
export function DestinationLink({ name }: DestinationLinkProps): ReactNode {
  const text = useText();
  if (name === null) {
    return (
      <Text span c="dimmed">
        {text('noDestination')}
      </Text>
    );
  }
  return <DestinationLinks names={[name]} />;
}
