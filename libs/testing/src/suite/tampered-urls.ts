/** Well-formed id of another delivery. A plugin that refuses this id cannot have refused its format. */
const ANOTHER_ID = '01890a5d-ac96-774b-bcce-b302099a8058';

/**
 * Returns variants of a genuine callback URL that an attacker could use. One has another delivery, one has an added
 * delivery; in the others, one query parameter is changed or removed.
 * @param deliveryId id of the delivery that the URL may contain
 */
export function tamperedUrls(called: string, deliveryId: string): (readonly [what: string, url: string])[] {
  const changed = (what: string, change: (query: URLSearchParams) => void) => {
    const url = new URL(called);
    change(url.searchParams);
    return [what, url.href] as const;
  };
  const names = [...new Set(new URL(called).searchParams.keys())];
  return [
    ['another delivery', called.replaceAll(deliveryId, ANOTHER_ID)],
    changed('a delivery added', (query) => {
      query.set('delivery', ANOTHER_ID);
    }),
    ...names.flatMap((name) => [
      changed(`without ${name}`, (query) => {
        query.delete(name);
      }),
      changed(`another ${name}`, (query) => {
        query.set(name, `${query.get(name) ?? ''}0`);
      }),
    ]),
  ];
}
