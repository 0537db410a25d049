import { median } from './statistics.mjs';
import { figure } from './table.mjs';

/** Figures of all rounds of a benchmark, with their medians. */
export class Summary {
  #figures;

  constructor(figures) {
    this.#figures = figures;
  }

  /** Returns the figures of a system in a scenario, one per round. */
  of(system, scenario) {
    return this.#figures.filter((figure) => figure.system === system && figure.scenario === scenario);
  }

  has(system, scenario) {
    return this.of(system, scenario).length > 0;
  }

  /** Returns the median of the values that `read` returns. Rounds without a value do not count. */
  median(system, scenario, read) {
    return median(this.of(system, scenario).map(read).filter(Number.isFinite));
  }

  /** Returns the minimum and the maximum over all rounds. */
  range(system, scenario, read) {
    const values = this.of(system, scenario).map(read);
    return [Math.min(...values), Math.max(...values)];
  }

  /**
   * Returns the ratio of a value of two systems, as the median of the ratios of all rounds. The ratio is taken per
   * round, because a slow round affects both systems.
   */
  ratio(system, other, scenario, read) {
    const others = new Map(this.of(other, scenario).map((figure) => [figure.round, read(figure)]));
    const ratios = this.of(system, scenario).map((figure) => read(figure) / others.get(figure.round));
    return median(ratios.filter(Number.isFinite));
  }
}

export const eventsPerSecond = (figure) => figure.eventsPerSecond;

/** Returns the CPU time of the system's Node.js processes, in microseconds per event. */
export function nodeCpu({ cpu }) {
  return Object.values(cpu.processes).reduce((sum, value) => sum + value, 0);
}

/** Formats the CPU time of each process, in microseconds per event, for example `210+190`. */
export function perProcess(figures) {
  const names = Object.keys(figures[0].cpu.processes);
  return names.map((name) => figure(median(figures.map(({ cpu }) => cpu.processes[name])))).join('+');
}
