/** Client of one brand, with the spec that it was created from. */
interface Opened<Spec, Client> {
  readonly spec: Spec;
  readonly text: string;
  readonly client: Client;
}

/**
 * Clients for the brands' own systems: one client per brand, created from the brand's current configuration. A client
 * and its cache live until the configuration changes.
 */
export class BrandClients<Spec extends object, Client> {
  private readonly opened = new Map<string, Opened<Spec, Client>>();

  constructor(
    private readonly specOf: (brandId: string) => Spec | undefined,
    private readonly open: (spec: Spec) => Client,
  ) {}

  /** Returns the brand's client. Undefined if the brand has no spec. */
  get(brandId: string): Client | undefined {
    const spec = this.specOf(brandId);
    if (spec === undefined) {
      this.opened.delete(brandId);
      return undefined;
    }
    const known = this.opened.get(brandId);
    if (known?.spec === spec) return known.client;
    // Specs are compared as text, because each revision of the configuration creates new spec objects, even if only
    // other brands changed.
    const text = JSON.stringify(spec);
    const client = known?.text === text ? known.client : this.open(spec);
    this.opened.set(brandId, { spec, text, client });
    return client;
  }

  /** Drops the client of a brand. The next client of the brand starts with an empty cache. */
  invalidate(brandId: string): void {
    this.opened.delete(brandId);
  }
}
