import { IconAlertTriangle } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screen of the failures. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/failures',
    title: 'failures.title',
    navigation: { section: 'watch', order: 40, icon: IconAlertTriangle },
    load: async () => (await import('./failures-screen')).FailuresScreen,
  },
];
