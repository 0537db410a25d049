import { IconUser } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** Screens of the customers. */
export const screens: readonly Screen[] = [
  {
    path: '/b/$brand/customers',
    title: 'customers.title',
    navigation: { section: 'watch', order: 50, icon: IconUser, key: 'c' },
    load: async () => (await import('./customers-screen')).CustomersScreen,
  },
  {
    path: '/b/$brand/customers/$id',
    title: 'customers.one',
    load: async () => (await import('./customer-screen')).CustomerScreen,
  },
];
