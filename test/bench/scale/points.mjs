/**
 * Smallest scenario. The label of every other point says how it differs from this scenario, with which it is compared.
 */
export const LEAST = { brands: 1, subscriptionsPerBrand: 10, busyBrands: 1, fanOut: 1, workers: 1 };

/**
 * Events that the hub itself stores: about 2,500, including the warm-up of the measurement. All other events are
 * copies.
 */
export const ORIGINALS = { perSecond: 500, seconds: 4 };

const STORED_EVENTS = 2_000_000;

/** Minimum number of stored events before the rounds begin. Null if only the originals are stored. */
export const STORED = [
  { label: 'few stored events', events: null },
  { label: `${STORED_EVENTS.toLocaleString('en-US')} stored events`, events: STORED_EVENTS },
];

/** Scenarios with more of one resource than {@link LEAST}. The hub evaluates every filter of a brand with events. */
export const POINTS = [
  { label: '1 brand, 10 subscriptions, 1 destination, 1 worker', ...LEAST },
  { label: '1,000 subscriptions: 50 brands', ...LEAST, brands: 50, subscriptionsPerBrand: 20 },
  { label: '10,000 subscriptions: 500 brands', ...LEAST, brands: 500, subscriptionsPerBrand: 20 },
  { label: '10,000 subscriptions: 50 brands', ...LEAST, brands: 50, subscriptionsPerBrand: 200 },
  { label: '50 destinations of 50 brands', ...LEAST, brands: 50, busyBrands: 50 },
  { label: '1,000 destinations of 1,000 brands', ...LEAST, brands: 1_000, busyBrands: 1_000 },
  { label: '2 workers', ...LEAST, workers: 2 },
];
