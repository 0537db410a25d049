/** Subscription with the names that it connects. */
export interface Connection {
  readonly name: string;
  readonly source: string;
  /** Null if a route chooses the destination. */
  readonly destination: string | null;
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
}

/** Part of the map: its column and its name. */
export interface MapPart {
  readonly column: 'source' | 'subscription' | 'destination';
  readonly name: string;
}

/** Orders subscriptions so that lines cross little: by source, then by destination, then by name. */
export function ordered<C extends Connection>(
  connections: readonly C[],
  sources: readonly string[],
  destinations: readonly string[],
): C[] {
  const place = ({ source, destination }: C): number =>
    sources.indexOf(source) * 1_000 + destinations.indexOf(destination ?? '');
  return [...connections].sort((one, other) => place(one) - place(other) || one.name.localeCompare(other.name));
}

/** Returns the lines from sources to subscriptions, or from subscriptions to destinations. Deleted ends have none. */
export function linesOf(
  connections: readonly Connection[],
  names: readonly string[],
  side: 'source' | 'destination',
): Line[] {
  return connections.flatMap((connection, row): Line[] => {
    const other = names.indexOf(connection[side] ?? '');
    if (other === -1) return [];
    const ends = side === 'source' ? { from: other, to: row } : { from: row, to: other };
    return [{ key: `${side} ${connection.name}`, subscription: connection.name, ...ends }];
  });
}

/** Returns the subscriptions that a part is connected to. Null if no part is chosen, so all are shown alike. */
export function connectedTo(part: MapPart | null, connections: readonly Connection[]): ReadonlySet<string> | null {
  if (part === null) return null;
  const found = connections.filter((connection) =>
    part.column === 'subscription' ? connection.name === part.name : connection[part.column] === part.name,
  );
  return new Set(found.map(({ name }) => name));
}
