/** What one brand's spec was opened to. */
interface Opened<Spec, Client> {
  readonly spec: Spec;
  readonly text: string;
  readonly client: Client;
}

/**
 * One client a brand, made from what its configuration says now. It lives on, with what it remembers, as long as that
 * says the same; a changed spec gets a client that remembers nothing.
 */
export class PerBrand<Spec extends object, Client> {
  private readonly opened = new Map<string, Opened<Spec, Client>>();

  constructor(
    private readonly specOf: (brandId: string) => Spec | undefined,
    private readonly open: (spec: Spec) => Client,
  ) {}

  /** Undefined where the brand has none. */
  get(brandId: string): Client | undefined {
    const spec = this.specOf(brandId);
    if (spec === undefined) {
      this.opened.delete(brandId);
      return undefined;
    }
    const known = this.opened.get(brandId);
    if (known?.spec === spec) return known.client;
    // Every revision of the configuration makes new objects, of other brands' changes too.
    const text = JSON.stringify(spec);
    const client = known?.text === text ? known.client : this.open(spec);
    this.opened.set(brandId, { spec, text, client });
    return client;
  }

  /** The next one remembers nothing. */
  forget(brandId: string): void {
    this.opened.delete(brandId);
  }
}
