import { Box } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocale } from 'use-intl';
import { durationText } from '../../lib/time';
import { useText as useWatchText } from '../watch/text';
import { layOutAttempts } from './attempt-layout';
import classes from './attempt-timeline.module.css';
import type { DeliveryDetails } from './delivery-details';
import { useText } from './text';

const HEIGHT = 64;
const SPINE = 24;

/** Attempts of a delivery as bars on a line, in the order of time from left to right in every language. */
export function AttemptTimeline({ delivery }: { readonly delivery: DeliveryDetails }): ReactNode {
  const text = useText();
  const watch = useWatchText();
  const locale = useLocale();
  const { attempts } = delivery;
  if (attempts.length === 0) return null;
  const isWaiting = delivery.status === 'scheduled' && delivery.dueAt !== null;
  const layout = layOutAttempts(attempts, isWaiting ? delivery.dueAt : null);
  const width = layout.width + (isWaiting ? 56 : 16);
  return (
    <Box className={classes.box} dir="ltr" role="region" aria-label={text('timeline')} tabIndex={0}>
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden>
        {layout.gaps.map(({ x, width: length, cutMs }) => (
          <g key={x}>
            <line x1={x} x2={x + length} y1={SPINE} y2={SPINE} className={cutMs === null ? classes.gap : classes.cut} />
            {cutMs !== null && (
              <text x={x + length / 2} y={SPINE - 8} textAnchor="middle" className={classes.label}>
                {durationText(cutMs, locale)}
              </text>
            )}
          </g>
        ))}
        {layout.bars.map((bar, index) => {
          const attempt = attempts[index];
          if (attempt === undefined) return null;
          return (
            <g key={attempt.number}>
              <rect
                x={bar.x}
                y={SPINE - 4}
                width={bar.width}
                height={8}
                rx={4}
                className={attempt.outcome === 'accepted' ? classes.ok : classes.bad}
              >
                <title>
                  {`${attempt.number}: ${attempt.outcome === 'accepted' ? text('accepted') : watch(`errorKind.${attempt.outcome}`)}, ${text('milliseconds', { count: attempt.durationMs })}`}
                </title>
              </rect>
              <text x={bar.x} y={SPINE + 22} className={classes.label}>
                {attempt.number}
              </text>
              <text x={bar.x} y={SPINE + 38} className={classes.code}>
                {attempt.response?.status ?? '–'}
              </text>
            </g>
          );
        })}
        {layout.nextX !== null && (
          <g>
            <circle cx={layout.nextX + 4} cy={SPINE} r={4} className={classes.next} />
            <text x={layout.nextX} y={SPINE + 22} className={classes.label}>
              {text('next')}
            </text>
          </g>
        )}
      </svg>
    </Box>
  );
}
