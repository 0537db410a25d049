import { IconPlugConnected } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screens of the catalogue of destination types. */
export const screens: readonly Screen[] = [
  {
    path: '/types',
    title: 'types.title',
    navigation: { section: 'hub', order: 20, icon: IconPlugConnected },
    load: async () => (await import('./types-screen')).TypesScreen,
  },
  {
    path: '/types/$type',
    title: 'types.one',
    load: async () => (await import('./type-screen')).TypeScreen,
  },
];
