import { isMembers } from '../../lib/merge-patch';
import type { FormValue } from '../../ui/schema-field';
import type { Brand } from './brand-form';

/** Text that the API shows in the place of a secret. */
const MASK = '••••';

/** Sections of a brand that can have an access to Capillary. */
type CapillarySection = 'platform' | 'enrichment';

/**
 * Returns the lookups of a brand as the form edits them. The secrets of Capillary are left out, so that a field is
 * empty until a person enters a new secret. Headers keep their mask, so that their names show.
 */
export function editableLookups(brand: Pick<Brand, 'recipients' | CapillarySection>): FormValue {
  const { recipients, enrichment } = brand;
  const { order, resolver, consent, transactionalConsent } = recipients;
  const [access, capillary, http] = [brand.platform?.['capillary'], enrichment?.['capillary'], enrichment?.['http']];
  return {
    recipients: {
      order,
      ...(resolver && { resolver }),
      ...(consent && { consent }),
      ...(transactionalConsent && { transactionalConsent }),
    },
    ...(isMembers(access) && { platform: { capillary: withoutMasks(access) } }),
    enrichment: {
      ...(isMembers(capillary) && { capillary: withoutMasks(capillary) }),
      ...(isMembers(http) && { http }),
    },
  };
}

/** Returns the paths of the secrets in a section that the hub has, and that the form leaves out. */
export function storedSecrets(brand: Pick<Brand, CapillarySection>, section: CapillarySection): readonly string[] {
  const capillary = brand[section]?.['capillary'];
  return isMembers(capillary)
    ? Object.keys(capillary).flatMap((name) => (capillary[name] === MASK ? [`capillary.${name}`] : []))
    : [];
}

function withoutMasks(members: FormValue): FormValue {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== MASK));
}
