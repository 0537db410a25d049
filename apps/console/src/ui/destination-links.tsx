import { Fragment, type ReactNode } from 'react';
import { paths } from '../app/paths';
import { useBrand } from '../lib/use-brand';
import { AppLink } from './app-link';

/** Links to destinations of the brand, separated by commas. */
export function DestinationLinks({ names }: { readonly names: readonly string[] }): ReactNode {
  const brand = useBrand();
  return names.map((name, index) => (
    <Fragment key={name}>
      {index > 0 && ', '}
      <AppLink to={paths.destination(brand, name)}>
        <bdi>{name}</bdi>
      </AppLink>
    </Fragment>
  ));
}
