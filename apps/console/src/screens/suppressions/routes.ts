import { IconBan } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screen of the suppression list. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/suppressions',
    title: 'suppressions.title',
    navigation: { section: 'configure', order: 65, icon: IconBan },
    load: async () => (await import('./suppressions-screen')).SuppressionsScreen,
  },
];
