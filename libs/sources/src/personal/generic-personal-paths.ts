/** Names under which platforms write about a person, whatever else the event looks like. */
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

/** The spellings of one name: `firstName`, `FirstName`, `firstname`, `first_name`. */
function spellings(name: string): string[] {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return [...new Set([name, name.charAt(0).toUpperCase() + name.slice(1), name.toLowerCase(), snake])];
}

/**
 * What is personal in an event of a type that no catalogue knows, and in fields that a known type's declaration does not name. A
 * net below the catalogue, not a promise: only `pii-less` keeps what it does not know out.
 */
export const GENERIC_PERSONAL_PATHS: readonly string[] = [
  ...NAMES.flatMap(spellings).map((name) => `data.**.${name}`),
  // A shop's own number of the customer; `externalId` alone is also what stores are called by.
  ...['instore', 'Instore', 'customer', 'customerDetails'].map((parent) => `data.**.${parent}.externalId`),
];
