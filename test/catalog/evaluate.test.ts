// Conditions asked of a row without a database: as the catalogs answer them, and no answer where they look into other tables.
import { expect, it } from 'vitest';
import { meets } from '../../src/catalog/evaluate.ts';
import {
  ALWAYS,
  and,
  equals,
  exists,
  isIn,
  isNull,
  lessThan,
  NEVER,
  not,
  or,
} from '../../src/catalog/predicate.ts';

const row = { dataset_type: 'table', owner: 'anna', data_rights: 'secure', grp: null, lsst_visit: 5 };
const elsewhere = exists('visit', [['lsst_visit', 'visit']]);

it.each([
  [ALWAYS, true],
  [NEVER, false],
  [equals('owner', 'anna'), true],
  [equals('grp', 'x'), false],
  [not(equals('grp', 'x')), true],
  [equals('lsst_tract', 1), false],
  [isNull('grp'), true],
  [isNull('lsst_tract'), true],
  [isNull('owner'), false],
  [lessThan('lsst_visit', 6), true],
  [lessThan('lsst_visit', 5), false],
  [lessThan('obs_release_date', '2026'), false],
  [isIn('owner', ['bert', 'anna']), true],
  [and(equals('owner', 'anna'), isNull('owner')), false],
  [or(equals('owner', 'anna'), isNull('owner')), true],
  [elsewhere, undefined],
  [not(elsewhere), undefined],
  [and(elsewhere, equals('owner', 'anna')), undefined],
  [and(elsewhere, equals('owner', 'bert')), false],
  [or(elsewhere, equals('owner', 'anna')), true],
  [or(elsewhere, equals('owner', 'bert')), undefined],
])('%j is %s', (where, expected) => {
  expect(meets(row, where)).toBe(expected);
});
