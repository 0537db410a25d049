import { IconUsers } from '@tabler/icons-react';
import type { Screen } from '../../app/route';

/** People who use the hub with accounts of the identity provider. */
export const screens: readonly Screen[] = [
  {
    path: '/people',
    title: 'people.title',
    role: 'admin',
    navigation: { section: 'hub', order: 35, icon: IconUsers },
    load: async () => (await import('./people-screen')).PeopleScreen,
  },
];
