/** Field names that platforms commonly use for personal data. */
const NAMES = [
  ...['firstName', 'lastName', 'middleName', 'fullName', 'displayName', 'nickname', 'customerName', 'memberName'],
  ...['mobile', 'mobileNumber', 'mobile2', 'phone', 'phoneNumber', 'telephone', 'msisdn', 'whatsapp', 'fax'],
  ...['email', 'emailId', 'emailAddress'],
  ...['username', 'identifierValue', 'eventSearchKey', 'pushToken', 'deviceToken'],
  ...['cardNumber', 'cardNumbers', 'cardExternalId', 'membershipNumber'],
  ...['dob', 'dateOfBirth', 'birthday', 'gender', 'anniversary', 'ipAddress'],
  ...['address', 'addressLine1', 'addressLine2', 'street', 'postalCode', 'postcode', 'pincode', 'zipcode'],
  ...['customFields', 'extendedFields', 'requestAttributes', 'previousValue', 'currentValue'],
];

/** Returns the spellings of a name: `firstName`, `FirstName`, `firstname`, `first_name`. */
function spellings(name: string): string[] {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [...new Set([name, name.charAt(0).toUpperCase() + name.slice(1), name.toLowerCase(), snake])];
}

/**
 * Personal paths of unknown event types, and of undeclared fields of known types. These paths supplement the catalogue,
 * but are not complete. Only the mode `pii-less` guarantees that unknown fields are not stored.
 */
export const GENERIC_PERSONAL_PATHS: readonly string[] = [
  ...NAMES.flatMap(spellings).map((name) => `data.**.${name}`),
  // Path of the shop's number of a customer. The name `externalId` alone is not enough, because it also identifies
  // stores.
  ...['instore', 'Instore', 'customer', 'customerDetails'].map((parent) => `data.**.${parent}.externalId`),
];
