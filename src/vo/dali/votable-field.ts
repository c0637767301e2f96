/** A column as VOTable's FIELD, and the systems that columns refer to. */
import type { Column, ColumnType, SystemId } from '../../base/column.ts';
import { escapeXml } from './xml.ts';

const datatypes: Readonly<Record<ColumnType, string>> = {
  boolean: 'boolean',
  byte: 'unsignedByte',
  short: 'short',
  int: 'int',
  long: 'long',
  float: 'float',
  double: 'double',
  char: 'char',
  unicode: 'unicodeChar',
};

/** The attribute `datatype`, in TAP_SCHEMA too. */
export const datatypeOf = ({ type }: Column) => datatypes[type];

/** The attribute `arraysize`; undefined for single values. Texts always vary: `8*` is at most eight characters. */
export function arraysizeOf({ type, shape }: Column): string | undefined {
  if (type === 'char' || type === 'unicode') return typeof shape?.[0] === 'number' ? `${shape[0]}*` : '*';
  return shape?.join('x');
}

/** Times are those of the exposure at the telescope, or at the barycentre. */
const systems: Readonly<Record<SystemId, string>> = {
  icrs: '<COOSYS ID="icrs" system="ICRS"/>\n',
  mjd_tai: '<TIMESYS ID="mjd_tai" refposition="TOPOCENTER" timeorigin="MJD-origin" timescale="TAI"/>\n',
  mjd_utc: '<TIMESYS ID="mjd_utc" refposition="TOPOCENTER" timeorigin="MJD-origin" timescale="UTC"/>\n',
  bjd_tdb: '<TIMESYS ID="bjd_tdb" refposition="BARYCENTER" timeorigin="JD-origin" timescale="TDB"/>\n',
};

/** The elements of the systems that the columns refer to. */
export function systemElements(columns: readonly Column[]): string {
  const used = columns.map(({ ref }) => ref);
  return (Object.keys(systems) as SystemId[])
    .filter((id) => used.includes(id))
    .map((id) => systems[id])
    .join('');
}

export const attribute = (name: string, value: string | undefined) =>
  value === undefined ? '' : ` ${name}="${escapeXml(value)}"`;

/** `arraysize` is given where it must not be the column's own. */
export function fieldElement(column: Column, arraysize = arraysizeOf(column)): string {
  const attributes = [
    attribute('name', column.name),
    attribute('datatype', datatypeOf(column)),
    attribute('arraysize', arraysize),
    attribute('xtype', column.xtype),
    attribute('unit', column.unit),
    attribute('ucd', column.ucd),
    attribute('utype', column.utype),
    attribute('ref', column.ref),
  ].join('');
  return `<FIELD${attributes}><DESCRIPTION>${escapeXml(column.description)}</DESCRIPTION></FIELD>\n`;
}
