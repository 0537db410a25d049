import type { ReactNode } from 'react';
import classes from './day-line.module.css';
import { clockOf } from './rules';
import { useText } from './text';

interface TimeSliderProps {
  /** Minute of the day. */
  readonly value: number;
  readonly onChange: (minute: number) => void;
}

/** Slider for a time of the day. Runs from left to right in every language, as the line of the day does. */
export function TimeSlider({ value, onChange }: TimeSliderProps): ReactNode {
  const text = useText();
  return (
    <input
      type="range"
      dir="ltr"
      className={classes.slider}
      min={0}
      max={1_425}
      step={15}
      value={value}
      aria-label={text('line.slider')}
      aria-valuetext={clockOf(value)}
      onChange={(event) => onChange(Number(event.currentTarget.value))}
    />
  );
}
