import { isMembers } from '../../lib/merge-patch';
import type { FormValue } from '../../ui/schema-field';
import type { Brand } from './brand-form';

/** Text that the API shows in the place of a secret. */
const MASK = '••••';

/**
 * Returns the lookups of a brand as the form edits them. The secrets of Capillary are left out, so that a field is
 * empty until a person enters a new secret. Headers keep their mask, so that their names show.
 */
export function editableLookups({ recipients, enrichment }: Pick<Brand, 'recipients' | 'enrichment'>): FormValue {
  const { order, resolver, consent } = recipients;
  const [capillary, http] = [enrichment?.['capillary'], enrichment?.['http']];
  return {
    recipients: { order, ...(resolver && { resolver }), ...(consent && { consent }) },
    enrichment: {
      ...(isMembers(capillary) && { capillary: withoutMasks(capillary) }),
      ...(isMembers(http) && { http }),
    },
  };
}

/** Returns the paths of the secrets in `enrichment` that the hub has, and that the form leaves out. */
export function storedSecrets({ enrichment }: Pick<Brand, 'enrichment'>): readonly string[] {
  const capillary = enrichment?.['capillary'];
  return isMembers(capillary)
    ? Object.keys(capillary).flatMap((name) => (capillary[name] === MASK ? [`capillary.${name}`] : []))
    : [];
}

function withoutMasks(members: FormValue): FormValue {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== MASK));
}
