import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './clamped-text.module.css';
import { ForeignText } from './foreign-text';

interface ClampedTextProps {
  /** Text of a vendor or a person. */
  readonly children: string;
}

/** Two lines of a text from outside. Its title is the whole text. */
export function ClampedText({ children }: ClampedTextProps): ReactNode {
  return (
    <Text c="dimmed" size="sm" className={classes.clamped} title={children}>
      <ForeignText>{children}</ForeignText>
    </Text>
  );
}
