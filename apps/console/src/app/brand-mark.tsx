import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import classes from './shell.module.css';

/** Name of the product, which leads to the start. */
export function BrandMark(): ReactNode {
  return (
    <Link to="/" className={classes.mark} aria-label="Patchbay">
      <img src="/console/favicon.svg" width={20} height={20} alt="" />
      <Text span fw={600} visibleFrom="xs">
        Patchbay
      </Text>
    </Link>
  );
}
