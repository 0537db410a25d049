import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { usePreference } from '../lib/preferences';
import { brandsQuery } from '../lib/use-brand';
import { QueryState } from '../ui/query-state';
import { paths } from './paths';

/** Opens the brand that was open last, else the first brand. Without a brand, opens the list of brands. */
export function HomeScreen(): ReactNode {
  const query = useQuery(brandsQuery);
  const last = usePreference('brand');
  return (
    <div className="pb-page">
      <QueryState query={query}>
        {({ data }) => {
          const brand = data.find(({ name }) => name === last) ?? data[0];
          return <Navigate to={brand === undefined ? paths.brands() : paths.overview(brand.name)} replace />;
        }}
      </QueryState>
    </div>
  );
}
