/** As many brands as a busy hub has, each with twenty subscriptions, whatever part of them the events are for. */
const USUAL = { brands: 50, subscriptionsPerBrand: 20, workers: 1 };

/**
 * What is sent where. Destinations belong to brands, so fifty of them are one each of the fifty brands.
 * `busyBrands`: how many brands get events, in turn. `fanOut`: to how many destinations each event goes.
 */
export const SCENARIOS = {
  '1to1': { label: '1→1, one destination', busyBrands: 1, fanOut: 1, ...USUAL },
  '1to1x50': { label: '1→1, 50 destinations', busyBrands: 50, fanOut: 1, ...USUAL },
  '1to3': { label: '1→3', busyBrands: 1, fanOut: 3, ...USUAL },
};

/** `brand-07` */
export function brandName(index) {
  return `brand-${String(index + 1).padStart(2, '0')}`;
}
