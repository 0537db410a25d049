import { IconInbox } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screens of the sources. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/sources',
    title: 'sources.title',
    navigation: { section: 'configure', order: 10, icon: IconInbox },
    load: async () => (await import('./sources-screen')).SourcesScreen,
  },
  {
    path: '/b/$brand/sources/$name',
    title: 'sources.one',
    load: async () => (await import('./source-screen')).SourceScreen,
  },
];
