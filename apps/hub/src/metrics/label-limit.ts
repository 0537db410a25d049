/** Limit of the number of label values with metric series of their own, so that the memory of the metrics is bounded. */
export class LabelLimit {
  private readonly known = new Set<string>();

  constructor(private readonly max: number) {}

  /** Returns true if a value has or gets series of its own. False if the maximum is reached and the value is new. */
  allows(value: string): boolean {
    if (this.known.has(value)) return true;
    if (this.known.size >= this.max) return false;
    this.known.add(value);
    return true;
  }
}
