import { Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { paths } from '../../app/paths';
import { destinationsOf, fallbackDestinationsOf } from '../../lib/destinations-of';
import { destinationState, STATE_TONES } from '../../lib/destination-state';
import { DestinationBadge } from '../../ui/destination-badge';
import { TimeText } from '../../ui/time-text';
import { connectedTo, linesOf, ordered, type MapPart } from './links';
import { MapLines } from './map-lines';
import { MapPartBox } from './map-part';
import classes from './routing.module.css';
import { useText } from './text';
import type { Routing } from './use-routing';

interface RoutingMapProps {
  readonly brand: string;
  readonly routing: Routing;
}

/** Colours of destinations, the most serious first: a line to several destinations has the first of them. */
const TONES = ['bad', 'attention', 'dimmed', 'ok'] as const;

/** Map of a brand's routing in three columns: sources, subscriptions, destinations. */
export function RoutingMap({ brand, routing }: RoutingMapProps): ReactNode {
  const text = useText();
  const [pointed, setPointed] = useState<MapPart | null>(null);
  const { sources, destinations, stats } = routing;
  const sourceNames = sources.map(({ name }) => name);
  const destinationNames = destinations.map(({ name }) => name);
  const connections = routing.subscriptions.map((one) => ({ ...one, destinations: destinationsOf(one) }));
  const subscriptions = ordered(connections, sourceNames, destinationNames);
  const used = new Set(subscriptions.flatMap((one) => [...one.destinations, ...fallbackDestinationsOf(one)]));
  const strong = connectedTo(pointed, subscriptions);
  const rows = Math.max(sources.length, subscriptions.length, destinations.length);
  const point =
    (part: MapPart) =>
    (isPointed: boolean): void =>
      setPointed(isPointed ? part : null);
  const isFaded = (column: 'source' | 'destination', name: string): boolean => {
    const own = connectedTo({ column, name }, subscriptions) ?? [];
    return strong !== null && ![...own].some((one) => strong.has(one)) && pointed?.name !== name;
  };
  const toneOf = (names: readonly string[]): string => {
    const tones = names.map((wanted) => {
      const destination = destinations.find(({ name }) => name === wanted);
      return destination === undefined ? 'bad' : STATE_TONES[destinationState(destination)];
    });
    return TONES.find((tone) => tones.includes(tone)) ?? 'ok';
  };
  const lines = { rows, strong, toneOf };
  return (
    <div className={classes.map}>
      <section aria-label={text('sources')} style={{ gridColumn: 1 }}>
        <Title order={2} mb="sm">
          {text('sources')}
        </Title>
        <ul className={classes.column}>
          {sources.map(({ name, adapter, activity }) => (
            <MapPartBox
              key={name}
              name={name}
              to={paths.source(brand, name)}
              isFaded={isFaded('source', name)}
              onPoint={point({ column: 'source', name })}
              state={
                <Text span size="xs" c="dimmed">
                  {adapter}
                </Text>
              }
              facts={
                activity.lastEventAt === null ? (
                  text('noEvent')
                ) : (
                  <>
                    {text('events24', { count: activity.accepted })}
                    {activity.quarantined > 0 && ` · ${text('quarantined', { count: activity.quarantined })}`}
                    {` · ${text('last')} `}
                    <TimeText at={activity.lastEventAt} />
                  </>
                )
              }
            />
          ))}
        </ul>
      </section>
      <div style={{ gridColumn: 2, paddingBlockStart: 32 }}>
        <MapLines {...lines} lines={linesOf(subscriptions, sourceNames, 'source')} />
      </div>
      <section aria-label={text('subscriptions')} style={{ gridColumn: 3 }}>
        <Title order={2} mb="sm">
          {text('subscriptions')}
        </Title>
        <ul className={classes.column}>
          {subscriptions.map(({ name, source, destinations: ends, events, when }) => (
            <MapPartBox
              key={name}
              name={name}
              to={paths.subscription(brand, name)}
              isFaded={strong !== null && !strong.has(name)}
              onPoint={point({ column: 'subscription', name })}
              state={
                <Text span size="xs" c="dimmed" truncate>
                  <bdi dir="ltr">{`${source} → ${ends.join(', ')}`}</bdi>
                </Text>
              }
              facts={
                <>
                  {events.includes('*') ? text('all') : <bdi className="pb-code">{events.join(', ')}</bdi>}
                  {when !== null && ` · ${text('filtered')}`}
                </>
              }
            />
          ))}
        </ul>
        {subscriptions.length === 0 && <Text c="dimmed">{text('noSubscriptions')}</Text>}
      </section>
      <div style={{ gridColumn: 4, paddingBlockStart: 32 }}>
        <MapLines {...lines} lines={linesOf(subscriptions, destinationNames, 'destination')} />
      </div>
      <section aria-label={text('destinations')} style={{ gridColumn: 5 }}>
        <Title order={2} mb="sm">
          {text('destinations')}
        </Title>
        <ul className={classes.column}>
          {destinations.map((destination) => {
            const { name, type } = destination;
            const numbers = stats.get(name);
            return (
              <MapPartBox
                key={name}
                name={name}
                to={paths.destination(brand, name)}
                isFaded={isFaded('destination', name)}
                tone={STATE_TONES[destinationState(destination)]}
                onPoint={point({ column: 'destination', name })}
                state={
                  <Text span size="xs">
                    <DestinationBadge destination={destination} />
                  </Text>
                }
                facts={
                  <>
                    <bdi>{type}</bdi>
                    {numbers !== undefined &&
                      ` · ${text('rate', { rate: numbers.rates.endedPerSecond.toFixed(2) })} · ${text('waiting', { count: numbers.waiting })}`}
                    {!used.has(name) && ` · ${text('noSubscriptionUses')}`}
                  </>
                }
              />
            );
          })}
        </ul>
        {destinations.length === 0 && <Text c="dimmed">{text('noDestinations')}</Text>}
      </section>
    </div>
  );
}
