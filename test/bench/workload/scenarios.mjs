/**
 * Number of configured brands and subscriptions in all scenarios, including brands without events, and of processes of
 * the hub.
 */
const USUAL = { brands: 50, subscriptionsPerBrand: 20, processes: 2 };

/**
 * Scenarios of the benchmark. Each destination belongs to one brand, so fifty destinations need fifty brands.
 * `busyBrands`: number of brands that get events, in turn. `fanOut`: number of destinations per event. `rates`: rates in
 * events per second at which latencies are measured, in addition to half of the highest rate.
 */
export const SCENARIOS = {
  '1to1': { label: '1→1, one destination', busyBrands: 1, fanOut: 1, rates: [500, 1_000], ...USUAL },
  '1to1x50': { label: '1→1, 50 destinations', busyBrands: 50, fanOut: 1, rates: [], ...USUAL },
  '1to3': { label: '1→3', busyBrands: 1, fanOut: 3, rates: [], ...USUAL },
};

/** Returns the name of a brand, for example `brand-07`. */
export function brandName(index) {
  return `brand-${String(index + 1).padStart(2, '0')}`;
}
