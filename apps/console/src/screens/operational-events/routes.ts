import { IconBell } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screen of the operational events. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/operational-events',
    title: 'operational-events.title',
    navigation: { section: 'configure', order: 80, icon: IconBell },
    load: async () => (await import('./operational-events-screen')).OperationalEventsScreen,
  },
];
