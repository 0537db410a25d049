import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { browserNow } from '../lib/now';
import { listTime, relativeTime } from '../lib/time';
import { useZone } from '../lib/use-zone';
import { zonedIso } from '../lib/zoned-time';
import { useText } from './text';

interface TimeTextProps {
  /** Time of the API, ISO 8601. Null is shown as "never". */
  readonly at: string | null | undefined;
  /** Shows the distance from now: `3 minutes ago`. */
  readonly relative?: boolean;
}

/** Shows a time in the chosen zone: brand, browser or UTC. The tooltip has the exact time, the zone and the distance. */
export function TimeText({ at, relative = false }: TimeTextProps): ReactNode {
  const text = useText();
  const locale = useLocale();
  const zone = useZone();
  if (at === null || at === undefined) return <span>{text('time.none')}</span>;
  const date = new Date(at);
  const now = new Date(browserNow());
  return (
    <Tooltip
      label={<ExactTime date={date} zone={zone} />}
      openDelay={300}
      events={{ hover: true, focus: true, touch: true }}
    >
      <time dateTime={at} style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
        {relative ? relativeTime(date, now, locale) : listTime(date, now, zone, locale)}
      </time>
    </Tooltip>
  );
}

/** Content of the tooltip. A component of its own, so that a list formats these times only when a tooltip opens. */
function ExactTime({ date, zone }: { readonly date: Date; readonly zone: string }): ReactNode {
  const text = useText();
  const locale = useLocale();
  const relative = relativeTime(date, new Date(browserNow()), locale);
  return text('time.at', { iso: zonedIso(date, zone), zone, relative });
}
