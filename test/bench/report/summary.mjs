import { median } from './statistics.mjs';

/** The figures of all rounds, with their medians. */
export class Summary {
  #figures;

  constructor(figures) {
    this.#figures = figures;
  }

  has(system, scenario) {
    return this.#of(system, scenario).length > 0;
  }

  /** The median over the rounds of what `read` takes from a figure. */
  median(system, scenario, read) {
    return median(this.#of(system, scenario).map(read));
  }

  /** The least and the most of the rounds. */
  range(system, scenario, read) {
    const values = this.#of(system, scenario).map(read);
    return [Math.min(...values), Math.max(...values)];
  }

  /**
   * How many times the rate of another system: the median of the ratios of each round, so that a machine that is slower
   * in one round weighs on both.
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

/** Of a figure: the CPU of the system's own processes, in microseconds an event. */
export function nodeCpu({ cpu }) {
  return cpu.api + cpu.worker;
}
