import { IconSend } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screens of the destinations. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/destinations',
    title: 'destinations.title',
    navigation: { section: 'configure', order: 20, icon: IconSend, key: 't' },
    load: async () => (await import('./destinations-screen')).DestinationsScreen,
  },
  {
    path: '/b/$brand/new-destination',
    title: 'destinations.new.title',
    role: 'admin',
    load: async () => (await import('./new-destination-screen')).NewDestinationScreen,
  },
  {
    path: '/b/$brand/destinations/$name',
    title: 'destinations.one',
    load: async () => (await import('./destination-screen')).DestinationScreen,
  },
];
