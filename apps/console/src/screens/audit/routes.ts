import { IconHistory } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Audit log of the hub. */
export const screens: readonly Screen[] = [
  {
    path: '/audit',
    title: 'audit.title',
    role: 'admin',
    navigation: { section: 'hub', order: 40, icon: IconHistory },
    load: async () => (await import('./audit-screen')).AuditScreen,
  },
];
