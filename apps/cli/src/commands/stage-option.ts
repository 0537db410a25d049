import { DELIVERY_STAGES } from '@patchbay/core';
import { Option } from 'commander';

/** Creates the option `--stage` of commands that select deliveries. */
export function stageOption(): Option {
  return new Option('--stage <stage>', 'routing: no destination was chosen; sending: all others').choices(
    DELIVERY_STAGES,
  );
}
