import { IconRefresh } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screens of the replays. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/replays',
    title: 'replays.title',
    navigation: { section: 'configure', order: 60, icon: IconRefresh },
    load: async () => (await import('./replays-screen')).ReplaysScreen,
  },
  {
    path: '/b/$brand/replays/new',
    title: 'replays.new',
    role: 'operator',
    load: async () => (await import('./new-replay-screen')).NewReplayScreen,
  },
  {
    path: '/b/$brand/replays/$id',
    title: 'replays.one',
    load: async () => (await import('./replay-screen')).ReplayScreen,
  },
];
