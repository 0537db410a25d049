const segment = encodeURIComponent;

/** Returns the path of a brand's screen. */
const brandPath = (brand: string, ...rest: string[]): string =>
  ['/b', brand, ...rest].map((part, index) => (index === 0 ? part : segment(part))).join('/');

/**
 * Paths of all screens, without `/console`. Link with these functions, so that screens of different areas can link to
 * each other without an import.
 */
export const paths = {
  overview: (brand: string) => brandPath(brand),
  connect: (brand: string, step = 'source') => brandPath(brand, 'connect', step),
  routing: (brand: string) => brandPath(brand, 'routing'),
  sources: (brand: string) => brandPath(brand, 'sources'),
  source: (brand: string, name: string) => brandPath(brand, 'sources', name),
  destinations: (brand: string) => brandPath(brand, 'destinations'),
  newDestination: (brand: string) => brandPath(brand, 'new-destination'),
  destination: (brand: string, name: string) => brandPath(brand, 'destinations', name),
  subscriptions: (brand: string) => brandPath(brand, 'subscriptions'),
  newSubscription: (brand: string) => brandPath(brand, 'new-subscription'),
  subscription: (brand: string, name: string) => brandPath(brand, 'subscriptions', name),
  messaging: (brand: string) => brandPath(brand, 'messaging'),
  events: (brand: string) => brandPath(brand, 'events'),
  event: (brand: string, id: string) => brandPath(brand, 'events', id),
  deliveries: (brand: string) => brandPath(brand, 'deliveries'),
  delivery: (brand: string, id: string) => brandPath(brand, 'deliveries', id),
  failures: (brand: string) => brandPath(brand, 'failures'),
  customers: (brand: string) => brandPath(brand, 'customers'),
  customer: (brand: string, id: string) => brandPath(brand, 'customers', id),
  replays: (brand: string) => brandPath(brand, 'replays'),
  newReplay: (brand: string) => brandPath(brand, 'replays', 'new'),
  replay: (brand: string, id: string) => brandPath(brand, 'replays', id),
  erasures: (brand: string) => brandPath(brand, 'erasures'),
  operationalEvents: (brand: string) => brandPath(brand, 'operational-events'),
  settings: (brand: string) => brandPath(brand, 'settings'),
  brands: () => '/brands',
  types: () => '/types',
  type: (type: string) => `/types/${segment(type)}`,
  keys: () => '/keys',
  audit: () => '/audit',
  signIn: () => '/sign-in',
};
