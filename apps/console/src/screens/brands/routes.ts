import { IconBuildingStore } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screens of the brands. */
export const screens: readonly Screen[] = [
  {
    path: '/brands',
    title: 'brands.title',
    navigation: { section: 'hub', order: 10, icon: IconBuildingStore },
    load: async () => (await import('./brands-screen')).BrandsScreen,
  },
];
