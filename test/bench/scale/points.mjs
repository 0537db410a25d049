/**
 * Smallest scenario. Every other point of the benchmark is compared with this scenario, and its label names the
 * difference.
 */
export const LEAST = { brands: 1, subscriptionsPerBrand: 10, busyBrands: 1, fanOut: 1, processes: 2 };

/**
 * Rate and duration at which the hub itself stores events: about 2,500 events, including the warm-up. All other stored
 * events are copies of these events.
 */
export const ORIGINALS = { perSecond: 500, seconds: 4 };

const STORED_EVENTS = 2_000_000;

/**
 * Minimum number of stored events before the rounds begin. Null if the database contains only the events that the hub
 * itself stored.
 */
export const STORED = [
  { label: 'few stored events', events: null },
  { label: `${STORED_EVENTS.toLocaleString('en-US')} stored events`, events: STORED_EVENTS },
];

/**
 * Scenarios that have more of one resource than {@link LEAST}. For each event, the hub evaluates every filter of the
 * event's brand.
 */
export const POINTS = [
  { label: '1 brand, 10 subscriptions, 1 destination, 2 processes', ...LEAST },
  { label: '1,000 subscriptions: 50 brands', ...LEAST, brands: 50, subscriptionsPerBrand: 20 },
  { label: '10,000 subscriptions: 500 brands', ...LEAST, brands: 500, subscriptionsPerBrand: 20 },
  { label: '10,000 subscriptions: 50 brands', ...LEAST, brands: 50, subscriptionsPerBrand: 200 },
  { label: '50 destinations of 50 brands', ...LEAST, brands: 50, busyBrands: 50 },
  { label: '1,000 destinations of 1,000 brands', ...LEAST, brands: 1_000, busyBrands: 1_000 },
  { label: '4 processes', ...LEAST, processes: 4 },
];
