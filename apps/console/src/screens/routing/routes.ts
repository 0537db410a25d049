import { IconRoute } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screen of the routing map. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/routing',
    title: 'routing.title',
    navigation: { section: 'configure', order: 40, icon: IconRoute },
    load: async () => (await import('./routing-screen')).RoutingScreen,
  },
];
