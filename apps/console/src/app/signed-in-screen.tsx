import { Paper, Text } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { announceSignIn } from '../api/session';
import classes from './sign-in-screen.module.css';
import { useText } from './text';

/** Page that a window of the sign-in shows at its end. It tells the other tabs and closes the window. */
export function SignedInScreen(): ReactNode {
  const text = useText();
  useEffect(() => {
    announceSignIn();
    window.close();
  }, []);
  return (
    <main className={classes.page}>
      <Paper className={classes.card} p="xl">
        <Text role="status">{text('signIn.done')}</Text>
      </Paper>
    </main>
  );
}
