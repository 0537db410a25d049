import { IconMoonStars } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screen of the messaging rules. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/messaging',
    title: 'messaging.title',
    navigation: { section: 'configure', order: 50, icon: IconMoonStars },
    load: async () => (await import('./messaging-screen')).MessagingScreen,
  },
];
