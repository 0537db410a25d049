import { Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import classes from './connect.module.css';

interface StepFrameProps {
  readonly title: string;
  readonly help: string;
  readonly children: ReactNode;
}

/**
 * Title and content of a step. The title gets the focus, so that keyboards and screen readers begin there. A step gives
 * each of its parts a key, because the control that had the focus goes with its part.
 */
export function StepFrame({ title, help, children }: StepFrameProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Stack gap="md">
      <div>
        <Title order={2} ref={heading} tabIndex={-1} className={classes.heading}>
          {title}
        </Title>
        <Text c="dimmed">{help}</Text>
      </div>
      {children}
    </Stack>
  );
}
