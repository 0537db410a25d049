import { IconSettings } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Settings of a brand. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/settings',
    title: 'settings.title',
    navigation: { section: 'configure', order: 90, icon: IconSettings },
    load: async () => (await import('./settings-screen')).SettingsScreen,
  },
];
