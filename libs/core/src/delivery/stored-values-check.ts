import type { BrandRecord, DestinationRecord } from '../configuration/configuration-snapshot.js';
import { openCredentials } from '../configuration/stored-brand.js';
import type { DestinationGateway, FieldProblem } from './destination-gateway.port.js';

/** Maximum number of fields that a reason names. */
const MAX_PROBLEMS = 5;
/** Maximum number of cached results. */
const MAX_CACHED = 100_000;

/** Checks the stored credentials and settings of destinations against the classes of their plugin, once per version. */
export class StoredValuesCheck {
  /** Results by destination id. */
  private readonly checked = new Map<string, { readonly version: number; readonly problem: string | null }>();

  constructor(private readonly gateway: Pick<DestinationGateway, 'facts' | 'checkCredentials' | 'checkSettings'>) {}

  /**
   * Returns the reason why a destination cannot be called, without any values. Null if it can be called. Throws a
   * VaultError if the credentials cannot be opened.
   */
  problemOf(destination: DestinationRecord, brand: BrandRecord): string | null {
    const { id, version } = destination;
    const known = this.checked.get(id);
    if (known?.version === version) return known.problem;
    const problem = this.check(destination, brand);
    if (this.checked.size >= MAX_CACHED) this.checked.clear();
    this.checked.set(id, { version, problem });
    return problem;
  }

  private check(destination: DestinationRecord, brand: BrandRecord): string | null {
    const { type, settings } = destination;
    if (this.gateway.facts(type) === undefined) {
      return `No plugin provides the destination type ${type}. Install the plugin, then resume the destination.`;
    }
    const problems = [
      ...named('credentials', this.gateway.checkCredentials(type, openCredentials(destination, brand))),
      ...named('settings', this.gateway.checkSettings(type, settings)),
    ];
    if (problems.length === 0) return null;
    const more = problems.length > MAX_PROBLEMS ? `; and ${problems.length - MAX_PROBLEMS} more` : '';
    const fields = problems.slice(0, MAX_PROBLEMS).join('; ');
    return `The stored values do not fit the plugin ${type}: ${fields}${more}. Correct them, then resume the destination.`;
  }
}

function named(group: string, problems: readonly FieldProblem[]): readonly string[] {
  return problems.map(({ field, message }) => `${field === '' ? group : `${group}.${field}`}: ${message}`);
}
