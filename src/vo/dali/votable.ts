/** Writes VOTable 1.4: one results resource with one table, in pieces so that no large text is held. */
import { escapeXml } from './xml.ts';

export interface VotableColumn {
  readonly name: string;
  readonly datatype: 'double' | 'float' | 'int' | 'long' | 'char';
  readonly unit?: string | undefined;
  readonly ucd?: string | undefined;
  readonly description: string;
  /** ID of a time or coordinate system. */
  readonly ref?: string | undefined;
}

export interface VotableAbout {
  readonly name: string;
  readonly description: string;
  /** INFO elements after QUERY_STATUS. */
  readonly infos: readonly (readonly [name: string, value: string])[];
  /** Whether rows were left out. */
  readonly overflow: boolean;
}

export type VotableCell = string | number | null | undefined;

const attribute = (name: string, value: string | undefined) =>
  value === undefined ? '' : ` ${name}="${escapeXml(value)}"`;

/** Systems that columns refer to. Times are those of the exposure at the telescope, or at the barycentre. */
const systems =
  '<COOSYS ID="icrs" system="ICRS"/>\n' +
  '<TIMESYS ID="mjd_tai" refposition="TOPOCENTER" timeorigin="MJD-origin" timescale="TAI"/>\n' +
  '<TIMESYS ID="mjd_utc" refposition="TOPOCENTER" timeorigin="MJD-origin" timescale="UTC"/>\n' +
  '<TIMESYS ID="bjd_tdb" refposition="BARYCENTER" timeorigin="JD-origin" timescale="TDB"/>\n';

function field({ name, datatype, unit, ucd, description, ref }: VotableColumn): string {
  const size = datatype === 'char' ? ' arraysize="*"' : '';
  const attributes = `${attribute('name', name)} datatype="${datatype}"${size}${attribute('unit', unit)}${attribute('ucd', ucd)}${attribute('ref', ref)}`;
  return `<FIELD${attributes}><DESCRIPTION>${escapeXml(description)}</DESCRIPTION></FIELD>\n`;
}

/** What cannot be told is an empty cell. */
function cell(value: VotableCell): string {
  if (value === null || value === undefined || value === '' || Number.isNaN(value)) return '<TD/>';
  return `<TD>${escapeXml(String(value))}</TD>`;
}

/** The whole document, piece by piece. */
export function* votable(
  about: VotableAbout,
  columns: readonly VotableColumn[],
  rows: Iterable<readonly VotableCell[]>,
): Generator<string, void, undefined> {
  const info = (name: string, value: string) =>
    `<INFO${attribute('name', name)}${attribute('value', value)}/>\n`;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n' +
    '<RESOURCE type="results">\n' +
    info('QUERY_STATUS', 'OK') +
    about.infos.map(([name, value]) => info(name, value)).join('') +
    systems +
    `<TABLE${attribute('name', about.name)}>\n<DESCRIPTION>${escapeXml(about.description)}</DESCRIPTION>\n` +
    columns.map(field).join('') +
    '<DATA>\n<TABLEDATA>\n';
  for (const row of rows) yield `<TR>${row.map(cell).join('')}</TR>\n`;
  yield `</TABLEDATA>\n</DATA>\n</TABLE>\n${about.overflow ? info('QUERY_STATUS', 'OVERFLOW') : ''}</RESOURCE>\n</VOTABLE>\n`;
}
