import { IconBolt } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screens of the events. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/events',
    title: 'events.title',
    navigation: { section: 'watch', order: 20, icon: IconBolt, key: 'e' },
    load: async () => (await import('./events-screen')).EventsScreen,
  },
  {
    path: '/b/$brand/events/$id',
    title: 'events.one',
    load: async () => (await import('./event-screen')).EventScreen,
  },
];
