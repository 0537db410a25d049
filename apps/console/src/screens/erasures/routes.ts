import { IconEraser } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screen of the erasures. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/erasures',
    title: 'erasures.title',
    navigation: { section: 'configure', order: 70, icon: IconEraser },
    load: async () => (await import('./erasures-screen')).ErasuresScreen,
  },
];
