import { IconLayoutDashboard } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Overview of a brand. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand',
    title: 'overview.title',
    navigation: { section: 'watch', order: 10, icon: IconLayoutDashboard, key: 'o' },
    load: async () => (await import('./overview-screen')).OverviewScreen,
  },
];
