import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { hasRole } from '../api/session';
import { usePreference } from '../lib/preferences';
import { brandsQuery, useBrand } from '../lib/use-brand';
import { useMe } from '../lib/use-me';
import { SECTIONS, type NavigationEntry } from './route';
import { screens } from './screens';

/** Screen in the navigation, for the current brand. */
export interface NavigationTarget extends NavigationEntry {
  readonly to: string;
  readonly title: string;
  /** True if the paths of other screens begin with this path. */
  readonly isExact: boolean;
}

/** Returns the brand in the URL, else the brand that was open last, else the first brand. Empty without a brand. */
export function useNavigationBrand(): string {
  const inUrl = useBrand();
  const last = usePreference('brand');
  const { data } = useQuery(brandsQuery);
  if (inUrl !== '') return inUrl;
  const brands = data?.data ?? [];
  return (brands.find(({ name }) => name === last) ?? brands[0])?.name ?? '';
}

/** Returns the screens of the navigation that the caller may open, in order. */
export function useNavigationEntries(): readonly NavigationTarget[] {
  const me = useMe();
  const brand = useNavigationBrand();
  const translate = useTranslations();
  return screens
    .flatMap(({ path, title, role = 'viewer', navigation }) => {
      if (navigation === undefined || !hasRole(me, role)) return [];
      if (path.includes('$brand') && brand === '') return [];
      const to = path.replace('$brand', encodeURIComponent(brand)).replace('/$step', '');
      return [{ ...navigation, to, title: translate(title), isExact: path === '/b/$brand' }];
    })
    .sort((one, other) => placeOf(one) - placeOf(other));
}

/** Returns the place of a screen in the navigation. An order within a section is below 1,000. */
function placeOf({ section, order }: NavigationEntry): number {
  return SECTIONS.indexOf(section) * 1_000 + order;
}
