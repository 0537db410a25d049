import { IconPlugConnected } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './types.module.css';

/** Logo of a destination type. It is decoration: the name stands beside it. */
export function TypeLogo({ logo }: { readonly logo: string | null }): ReactNode {
  // Only an image within the document: the policy of the console allows no other.
  if (logo?.startsWith('data:image/') === true) return <img src={logo} alt="" className={classes.logo} />;
  return <IconPlugConnected className={classes.logo} stroke={1.5} aria-hidden />;
}
