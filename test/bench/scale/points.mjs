/** The least there is, that every other point is compared with: it differs from it in what its name says. */
export const LEAST = { brands: 1, subscriptionsPerBrand: 10, busyBrands: 1, fanOut: 1, workers: 1 };

/** Taken in by the hub itself, and copied to make all others: some 2,500, with the second that a measurement settles. */
export const ORIGINALS = { perSecond: 500, seconds: 4 };

const STORED_EVENTS = 2_000_000;

/** What is stored before the rounds begin, by at least how many events; null for the originals alone. */
export const STORED = [
  { label: 'hardly any stored event', events: null },
  { label: `${STORED_EVENTS.toLocaleString('en-US')} stored events`, events: STORED_EVENTS },
];

/** A scenario, by what there is more of than in {@link LEAST}. Every filter of a busy brand has to be tried. */
export const POINTS = [
  { label: '1 brand, 10 subscriptions, 1 destination, 1 worker', ...LEAST },
  { label: '1,000 subscriptions: 50 brands', ...LEAST, brands: 50, subscriptionsPerBrand: 20 },
  { label: '10,000 subscriptions: 500 brands', ...LEAST, brands: 500, subscriptionsPerBrand: 20 },
  { label: '10,000 subscriptions: 50 brands', ...LEAST, brands: 50, subscriptionsPerBrand: 200 },
  { label: '50 destinations of 50 brands', ...LEAST, brands: 50, busyBrands: 50 },
  { label: '1,000 destinations of 1,000 brands', ...LEAST, brands: 1_000, busyBrands: 1_000 },
  { label: '2 workers', ...LEAST, workers: 2 },
];
