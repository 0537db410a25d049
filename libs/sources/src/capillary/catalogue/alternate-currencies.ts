import type { EventGroup } from './event-type.js';
import { code, day, decimal, flag, id, list, moment, number, object, unknownContent, type Fields } from './field.js';
import { billReference, program, promotionDetails } from './shared-fields.js';
import { programSample } from './shared-samples.js';

const currency = { alternateCurrencyIdentifier: id(), alternateCurrencyName: code() };
const valued = { ...currency, alternateCurrencyValue: decimal() };
const currencySample = { alternateCurrencyIdentifier: 'stars', alternateCurrencyName: 'Stars' };
const balances = { programCurrentAlternateCurrencies: number(), programLifetimeAlternateCurrencies: number() };
const promotional = {
  promotionName: code(),
  promotionIdentifier: id(),
  promotionType: code(),
  promotionAlternateCurrencies: number(),
};

const issued = list(
  object({
    ...currency,
    ...balances,
    totalAlternateCurrenciesIssued: number(),
    regularAlternateCurrenciesIssued: number(),
    regularAlternateCurrenciesBreakup: list(object({ alternateCurrencies: number(), expiryAt: day() })),
    promotionalAlternateCurrenciesIssued: list(
      object({ ...promotional, promotionAlternateCurrenciesExpiryDate: day() }),
    ),
    promisedAlternateCurrenciesIssued: list(
      object({
        promisedAlternateCurrencies: number(),
        isExternalTriggerBased: flag(),
        promisedAlternateCurrenciesConversionDate: day(),
        promotionIdentifier: id(),
      }),
    ),
  }),
);

const reversed: Fields = {
  ...currency,
  ...balances,
  totalIssuedAlternateCurrenciesReversed: number(),
  regularAlternateCurrenciesReversed: number(),
  promisedAlternateCurrenciesReversed: number(),
  promotionalAlternateCurrenciesReversed: list(object(promotional)),
  currentEventTotalAlternateCurrenciesReturned: number(),
  currentEventRegularAlternateCurrenciesReturned: number(),
  currentEventPromisedAlternateCurrenciesReturned: number(),
  currentEventPromotionAlternateCurrenciesReturnedDetails: list(object(promotional)),
};

/** Event types of Capillary's page "Loyalty events", section alternate currencies. */
export const alternateCurrencies: EventGroup = {
  group: 'Alternate currencies',
  types: [
    {
      type: 'alternateCurrenciesIssued',
      label: 'Alternate currency issued',
      // The table on Capillary's page names the field `alternateCurrenciesIssuedData`; a sample on the same page names
      // it `alternateCurrencies`.
      fields: { ...program, alternateCurrenciesIssuedData: issued, alternateCurrencies: issued },
      sample: {
        ...programSample('TargetCompleted'),
        alternateCurrenciesIssuedData: [
          {
            ...currencySample,
            programCurrentAlternateCurrencies: 130,
            programLifetimeAlternateCurrencies: 130,
            totalAlternateCurrenciesIssued: 30,
            regularAlternateCurrenciesIssued: 30,
            regularAlternateCurrenciesBreakup: [{ alternateCurrencies: 30, expiryAt: '2026-05-31' }],
            promotionalAlternateCurrenciesIssued: [],
            promisedAlternateCurrenciesIssued: [],
          },
        ],
      },
    },
    {
      type: 'issuedAlternateCurrenciesReversed',
      label: 'Issued alternate currency taken back',
      fields: { ...program, alternateCurrenciesReversedData: list(object(reversed)) },
      sample: {
        ...programSample('ReturnBill'),
        alternateCurrenciesReversedData: [
          {
            ...currencySample,
            programCurrentAlternateCurrencies: 100,
            programLifetimeAlternateCurrencies: 100,
            totalIssuedAlternateCurrenciesReversed: 30,
            regularAlternateCurrenciesReversed: 30,
            promisedAlternateCurrenciesReversed: 0,
          },
        ],
      },
    },
    {
      type: 'promisedToCurrentAlternateCurrencyConversion',
      label: 'Promised alternate currency became available',
      fields: {
        ...program,
        billId: id(),
        eventLogId: id(),
        eventDateTime: moment(),
        alternateCurrencyConversionSource: code(),
        alternateCurrencyConverted: list(object(valued)),
        earningAlternateCurrencyReference: list(
          object({
            ...currency,
            name: code(),
            enteredAt: moment(),
            alternateCurrencyConverted: number(),
            identifiers: list(object({ key: code(), value: unknownContent() })),
          }),
        ),
        alternateCurrencyConvertedBreakup: list(
          object({
            entityName: code(),
            alternateCurrencyEntityDetails: object({ ...valued, ...billReference }),
            promotionalAlternateCurrencyBreakup: list(
              object({
                ...valued,
                programId: id(),
                promotionId: id(),
                promotionName: code(),
                promotionDetails,
              }),
            ),
            nonPromotionalAlternateCurrencyBreakup: list(object({ ...valued, programId: id() })),
          }),
        ),
      },
      sample: {
        ...programSample('DelayedAccrual'),
        billId: 6600112233,
        eventDateTime: '2025-06-18T05:28:55Z',
        alternateCurrencyConverted: [{ ...currencySample, alternateCurrencyValue: '30.000' }],
      },
    },
  ],
};
