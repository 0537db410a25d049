import { isTimeZone } from './time-zone.js';

/** Current IANA names by obsolete name. Newer versions of Intl may not know obsolete names. */
const CURRENT: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'Africa/Asmera Africa/Asmara, Africa/Timbuktu Africa/Bamako, America/Buenos_Aires America/Argentina/Buenos_Aires',
    'America/Catamarca America/Argentina/Catamarca, America/Cordoba America/Argentina/Cordoba',
    'America/Fort_Wayne America/Indiana/Indianapolis, America/Godthab America/Nuuk',
    'America/Indianapolis America/Indiana/Indianapolis, America/Louisville America/Kentucky/Louisville',
    'Asia/Ashkhabad Asia/Ashgabat, Asia/Calcutta Asia/Kolkata, Asia/Dacca Asia/Dhaka, Asia/Istanbul Europe/Istanbul',
    'Asia/Katmandu Asia/Kathmandu, Asia/Macao Asia/Macau, Asia/Rangoon Asia/Yangon, Asia/Saigon Asia/Ho_Chi_Minh',
    'Asia/Tel_Aviv Asia/Jerusalem, Asia/Thimbu Asia/Thimphu, Asia/Ujung_Pandang Asia/Makassar',
    'Asia/Ulan_Bator Asia/Ulaanbaatar, Atlantic/Faeroe Atlantic/Faroe, Australia/ACT Australia/Sydney',
    'Australia/Canberra Australia/Sydney, Australia/NSW Australia/Sydney, Australia/North Australia/Darwin',
    'Australia/Queensland Australia/Brisbane, Australia/South Australia/Adelaide, Australia/Tasmania Australia/Hobart',
    'Australia/Victoria Australia/Melbourne, Australia/West Australia/Perth, Brazil/East America/Sao_Paulo',
    'Brazil/West America/Manaus, Canada/Atlantic America/Halifax, Canada/Central America/Winnipeg',
    'Canada/Eastern America/Toronto, Canada/Mountain America/Edmonton, Canada/Newfoundland America/St_Johns',
    'Canada/Pacific America/Vancouver, CET Europe/Brussels, Chile/Continental America/Santiago',
    'CST6CDT America/Chicago, Cuba America/Havana, EET Europe/Athens, Egypt Africa/Cairo, Eire Europe/Dublin',
    'EST5EDT America/New_York, Europe/Kiev Europe/Kyiv, Europe/Nicosia Asia/Nicosia, GB Europe/London',
    'GB-Eire Europe/London, Hongkong Asia/Hong_Kong, Iceland Atlantic/Reykjavik, Iran Asia/Tehran',
    'Israel Asia/Jerusalem, Jamaica America/Jamaica, Japan Asia/Tokyo, Libya Africa/Tripoli, MET Europe/Brussels',
    'Mexico/General America/Mexico_City, MST7MDT America/Denver, Navajo America/Denver, NZ Pacific/Auckland',
    'Pacific/Enderbury Pacific/Kanton, Pacific/Samoa Pacific/Pago_Pago, Poland Europe/Warsaw, Portugal Europe/Lisbon',
    'PRC Asia/Shanghai, PST8PDT America/Los_Angeles, ROC Asia/Taipei, ROK Asia/Seoul, Singapore Asia/Singapore',
    'Turkey Europe/Istanbul, UCT UTC, Universal UTC, US/Alaska America/Anchorage, US/Arizona America/Phoenix',
    'US/Central America/Chicago, US/East-Indiana America/Indiana/Indianapolis, US/Eastern America/New_York',
    'US/Hawaii Pacific/Honolulu, US/Michigan America/Detroit, US/Mountain America/Denver',
    'US/Pacific America/Los_Angeles, US/Samoa Pacific/Pago_Pago, W-SU Europe/Moscow, WET Europe/Lisbon, Zulu UTC',
  ].flatMap((line) => line.split(', ').map(namesOf)),
);

/** Splits `old current`. */
function namesOf(pair: string): readonly [old: string, current: string] {
  const [old = '', current = ''] = pair.split(' ');
  return [old, current];
}

/**
 * Zones of IANA that never change their clocks, and whose names are also used for zones that do. They work, so they are
 * obsolete names rather than abbreviations.
 */
const WITHOUT_SUMMER_TIME: Readonly<Record<string, string>> = {
  EST: 'America/New_York, or America/Panama without summer time',
  MST: 'America/Denver, or America/Phoenix without summer time',
  HST: 'Pacific/Honolulu',
};

/** IANA names for abbreviations that several zones use. */
const ABBREVIATED: Readonly<Record<string, string>> = {
  ...{ AST: 'America/Halifax', BST: 'Europe/London', CST: 'America/Chicago', EAT: 'Africa/Nairobi' },
  ...{ GST: 'Asia/Dubai', IST: 'Asia/Kolkata', JST: 'Asia/Tokyo', PKT: 'Asia/Karachi', PST: 'America/Los_Angeles' },
  ...{ SGT: 'Asia/Singapore' },
};

/** Assessment of the name of a time zone. */
export type ZoneName =
  | { readonly kind: 'valid' }
  /** Name that still works. `current` is the name that replaced it. */
  | { readonly kind: 'obsolete'; readonly current: string }
  /** Abbreviation that stands for several zones, such as `IST`. `example` is the zone that is meant most often. */
  | { readonly kind: 'abbreviation'; readonly example: string }
  | { readonly kind: 'unknown' };

/** Assesses the name of a time zone. Node.js accepts abbreviations such as `IST`, and picks one of their zones. */
export function zoneName(name: string): ZoneName {
  const upper = name.toUpperCase();
  const known = Object.hasOwn(CURRENT, name) ? CURRENT : WITHOUT_SUMMER_TIME;
  const current = Object.hasOwn(known, name) ? known[name] : undefined;
  if (current !== undefined) return { kind: 'obsolete', current };
  if (/^[A-Z]{3,4}$/.test(upper) && !['UTC', 'GMT'].includes(upper) && (isTimeZone(name) || upper in ABBREVIATED)) {
    return { kind: 'abbreviation', example: ABBREVIATED[upper] ?? 'Asia/Kolkata' };
  }
  return isTimeZone(name) ? { kind: 'valid' } : { kind: 'unknown' };
}

/** Returns the IANA names that a suggestion may use. */
export function suggestedZones(): readonly string[] {
  return [...new Set(Intl.supportedValuesOf('timeZone').map((name) => CURRENT[name] ?? name))];
}
