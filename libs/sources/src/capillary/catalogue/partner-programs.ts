import type { EventGroup } from './event-type.js';
import { code, day, id, number, object, personal } from './field.js';
import { customerIdentifiers, entityInformation } from './shared-fields.js';
import { customer, entity, PLANTED } from './shared-samples.js';

const link = {
  customerIdentifiers,
  entityInformation,
  loyaltyProgramId: id(),
  partnerProgramId: id(),
  partnerProgramName: code(),
  partnerProgramType: code(),
};
const linkSample = {
  customerIdentifiers: customer,
  entityInformation: entity,
  loyaltyProgramId: 3007,
  partnerProgramId: 312,
  partnerProgramName: 'Acme Miles',
  partnerProgramType: 'EXTERNAL',
};

/** Membership in a partner's program. The membership number identifies the person, like a card number. */
const membership = object({
  membershipNumber: personal(id()),
  membershipExpiryDate: day(),
  partnerTierNumber: number(),
  partnerTierExpiryDate: day(),
});
const membershipSample = {
  membershipNumber: PLANTED.membershipNumber,
  membershipExpiryDate: '2026-06-18',
  partnerTierNumber: 1,
  partnerTierExpiryDate: '2026-06-18',
};

/** Event types of Capillary's page "Partner program events". */
export const partnerPrograms: EventGroup = {
  group: 'Partner programs',
  types: [
    {
      type: 'partnerProgramLinked',
      label: 'Partner program linked',
      fields: { ...link, customerPartnerProgramDetails: membership },
      sample: { ...linkSample, customerPartnerProgramDetails: membershipSample },
    },
    {
      type: 'partnerProgramUpdated',
      label: 'Partner program membership updated',
      fields: { ...link, updateType: code(), customerPartnerProgramDetails: membership },
      sample: { ...linkSample, updateType: 'RENEWAL', customerPartnerProgramDetails: membershipSample },
    },
    { type: 'partnerProgramDelinked', label: 'Partner program delinked', fields: link, sample: linkSample },
    {
      type: 'supplementaryMembershipExpiryReminder',
      label: 'Supplementary membership about to expire',
      fields: {
        customerIdentifiers,
        loyaltyProgramId: id(),
        partnerProgramId: id(),
        partnerProgramName: code(),
        scheduledExpiryDate: day(),
      },
      sample: {
        customerIdentifiers: customer,
        loyaltyProgramId: 3007,
        partnerProgramId: 312,
        partnerProgramName: 'Acme Miles',
        scheduledExpiryDate: '2025-07-19',
      },
    },
  ],
};
