import type { ConsoleLink } from '../api/console-link.js';
import { apiPath } from '../api/api-path.js';
import type { HubClient } from '../api/hub-client.js';

/** Brand in which a newcomer configures everything in the console. The console shows the first path in this brand. */
const TOUR_BRAND = 'tour';

/** Creates the empty brand `tour` over the API, so that the console can change everything in it. */
export async function makeTour(client: Pick<HubClient, 'post'>): Promise<void> {
  await client.post(apiPath('/v1/brands'), { name: TOUR_BRAND, timezone: 'Asia/Kolkata' });
}

/** Lets a link that signs in open the brand `tour`. */
export function openTour(link: ConsoleLink): ConsoleLink {
  return { ...link, url: link.url.replace('#', `?return=/b/${TOUR_BRAND}#`) };
}
