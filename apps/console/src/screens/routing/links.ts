/** Subscription with the names that it connects. */
export interface Connection {
  readonly name: string;
  readonly source: string;
  /** More than one if the subscription has a route. */
  readonly destinations: readonly string[];
}

/** Line between two rows of neighbouring columns. */
export interface Line {
  readonly key: string;
  /** Row in the column where the line starts. */
  readonly from: number;
  /** Row in the column where the line ends. */
  readonly to: number;
  /** Subscription to which the line belongs. */
  readonly subscription: string;
  /** Destinations to which the line leads. */
  readonly destinations: readonly string[];
}

/** Part of the map: its column and its name. */
export interface MapPart {
  readonly column: 'source' | 'subscription' | 'destination';
  readonly name: string;
}

/** Orders subscriptions so that lines cross little: by source, then by first destination, then by name. */
export function ordered<C extends Connection>(
  connections: readonly C[],
  sources: readonly string[],
  destinations: readonly string[],
): C[] {
  const place = ({ source, destinations: [first = ''] }: C): number =>
    sources.indexOf(source) * 1_000 + destinations.indexOf(first);
  return [...connections].sort((one, other) => place(one) - place(other) || one.name.localeCompare(other.name));
}

/** Returns the lines from sources to subscriptions, or from subscriptions to destinations. Deleted ends have none. */
export function linesOf(
  connections: readonly Connection[],
  names: readonly string[],
  side: 'source' | 'destination',
): Line[] {
  return connections.flatMap(({ name, source, destinations }, row) =>
    side === 'source'
      ? lineTo(names, source, (from) => ({ key: `source ${name}`, subscription: name, destinations, from, to: row }))
      : destinations.flatMap((destination) =>
          lineTo(names, destination, (to) => ({
            ...{ key: `destination ${name} ${destination}`, subscription: name, destinations: [destination] },
            ...{ from: row, to },
          })),
        ),
  );
}

function lineTo(names: readonly string[], name: string, line: (row: number) => Line): Line[] {
  const row = names.indexOf(name);
  return row === -1 ? [] : [line(row)];
}

/** Returns the subscriptions that a part is connected to. Null if no part is chosen, so all are shown alike. */
export function connectedTo(part: MapPart | null, connections: readonly Connection[]): ReadonlySet<string> | null {
  if (part === null) return null;
  const found = connections.filter(({ name, source, destinations }) => {
    if (part.column === 'destination') return destinations.includes(part.name);
    return (part.column === 'source' ? source : name) === part.name;
  });
  return new Set(found.map(({ name }) => name));
}
