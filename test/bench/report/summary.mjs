import { median } from './statistics.mjs';

/** Figures of all rounds of a benchmark, with their medians. */
export class Summary {
  #figures;

  constructor(figures) {
    this.#figures = figures;
  }

  has(system, scenario) {
    return this.#of(system, scenario).length > 0;
  }

  /** Returns the median over all rounds of the value that `read` returns. */
  median(system, scenario, read) {
    return median(this.#of(system, scenario).map(read));
  }

  /** Returns the minimum and the maximum over all rounds. */
  range(system, scenario, read) {
    const values = this.#of(system, scenario).map(read);
    return [Math.min(...values), Math.max(...values)];
  }

  /**
   * Returns the ratio of the rates of two systems, as the median of the ratios of all rounds. The ratio is taken per
   * round, because a slow round affects both systems.
   */
  ratio(system, other, scenario) {
    const others = new Map(this.#of(other, scenario).map(({ round, eventsPerSecond }) => [round, eventsPerSecond]));
    const ratios = this.#of(system, scenario)
      .filter(({ round }) => others.has(round))
      .map(({ round, eventsPerSecond }) => eventsPerSecond / others.get(round));
    return median(ratios);
  }

  #of(system, scenario) {
    return this.#figures.filter((figure) => figure.system === system && figure.scenario === scenario);
  }
}

/** Returns the CPU time of the system's Node.js processes, in microseconds per event. */
export function nodeCpu({ cpu }) {
  return cpu.api + cpu.worker;
}
