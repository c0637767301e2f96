/** Datasets that meet conditions, as a file: a table in any form, regions for DS9, or a coverage map. */
import type { ArchiveView } from '../../archive/view.ts';
import { softwareName } from '../../base/software.ts';
import { isIn } from '../../catalog/predicate.ts';
import { type TableFormat, tableFormats } from '../../vo/dali/table-format.ts';
import type { FindRequest } from '../../vo/find/request.ts';
import { mocFits } from '../moc/moc-fits.ts';
import { streamedForm, type TableForm } from '../tables/form.ts';
import { tableForms } from '../tables/forms.ts';
import { TableAnswer } from '../tables/table-answer.ts';
import { findTable } from './find.ts';
import { ds9Form } from './regions.ts';

export const findFormats = [...tableFormats, 'ds9', 'moc'] as const;
export type FindFormat = (typeof findFormats)[number];

/** HEALPix order of the coverage map: cells of 3.4 arcmin. */
const MOC_ORDER = 10;

/** The sky that the datasets of a table cover. */
const mocForm = (view: ArchiveView): TableForm =>
  streamedForm(
    { contentType: 'application/fits', ending: 'fits', reportsFailure: false },
    async function* ({ columns, batches }) {
      const at = columns.findIndex(({ name }) => name === 'uuid');
      const uuids: string[] = [];
      for await (const batch of batches) for (const row of batch) uuids.push(String(row[at]));
      yield mocFits(await view.coverage(isIn('uuid', uuids), MOC_ORDER), MOC_ORDER, softwareName);
    },
  );

function formOf(view: ArchiveView, format: FindFormat): TableForm {
  if (format === 'ds9') return ds9Form;
  if (format === 'moc') return mocForm(view);
  return tableForms[format satisfies TableFormat];
}

/** Throws VignetError usage UNKNOWN_COLLECTION, UNKNOWN_TYPE when its bytes are asked for. */
export function findAnswer(view: ArchiveView, request: FindRequest, format: FindFormat): TableAnswer {
  return new TableAnswer(findTable(view, request), formOf(view, format), { name: 'datasets' });
}
