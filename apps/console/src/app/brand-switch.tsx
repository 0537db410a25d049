import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { brandsQuery, useBrand } from '../lib/use-brand';
import { paths } from './paths';
import { useText } from './text';
import { useNavigationBrand } from './use-navigation-entries';

/** Chooses the brand. Keeps the list that is open; a page of one object leads to its list, since ids are per brand. */
export function BrandSwitch(): ReactNode {
  const text = useText();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const inUrl = useBrand();
  const brand = useNavigationBrand();
  const { data } = useQuery(brandsQuery);
  const names = (data?.data ?? []).map(({ name }) => name);
  if (names.length === 0) return null;
  const area = inUrl === '' ? undefined : pathname.split('/')[3];
  return (
    <NativeSelect
      aria-label={text('brand')}
      value={brand}
      data={names.includes(brand) ? names : [brand, ...names]}
      maw={160}
      onChange={(event) => {
        const overview = paths.overview(event.currentTarget.value);
        void navigate({ to: area === undefined ? overview : `${overview}/${area}` });
      }}
    />
  );
}
