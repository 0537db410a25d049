import type { ConsoleLink } from '../api/console-link.js';
import type { HubClient } from '../api/hub-client.js';
import type { DemoVendor } from './demo-brand.js';

/** Brand in which a newcomer configures everything in the console. The console shows the first path in this brand. */
const TOUR_BRAND = 'tour';

/**
 * Creates the brand `tour` over the API, so that the console can change everything in it. Its only destination is the
 * webhook of the demo's inbox, because the console cannot set the URL of another vendor's sandbox.
 */
export async function makeTour(
  client: Pick<HubClient, 'post'>,
  vendors: ReadonlyMap<string, DemoVendor>,
): Promise<void> {
  await client.post('/v1/brands', { name: TOUR_BRAND, timezone: 'Asia/Kolkata' });
  const webhook = vendors.get('webhook');
  if (webhook === undefined) return;
  const { type, credentials, settings } = webhook;
  await client.post(`/v1/brands/${TOUR_BRAND}/destinations`, { name: 'inbox', type, credentials, settings });
}

/** Lets a link that signs in open the brand `tour`. */
export function openTour(link: ConsoleLink): ConsoleLink {
  return { ...link, url: link.url.replace('#', `?return=/b/${TOUR_BRAND}#`) };
}
