import { IconKey } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** API keys of the hub. */
export const screens: readonly Screen[] = [
  {
    path: '/keys',
    title: 'keys.title',
    role: 'admin',
    navigation: { section: 'hub', order: 30, icon: IconKey },
    load: async () => (await import('./keys-screen')).KeysScreen,
  },
];
