/** Datasets as lines on a terminal: a table, and why some cannot be found on the sky. */
import type { ListedDataset } from '../archive/dataset-search.ts';
import { addTo } from '../base/add-to.ts';
import { count } from '../base/count.ts';
import { printable, shortened, table } from './terminal.ts';

const HEADING = ['collection', 'type', 'band', 'data id', 't_min', 's_ra', 's_dec', 'planes', 'uuid'];

const NO_WCS = 'the header has no celestial WCS';

/** Reasons that are printed, and datasets of each. */
const MOST_REASONS = 10;
const SOME = 3;

const fixed = (value: number | null, digits: number) => (value === null ? '-' : value.toFixed(digits));

function cellsOf(row: ListedDataset): string[] {
  const { lsst_visit: visit, lsst_detector: detector, lsst_tract: tract, lsst_patch: patch } = row;
  const dataId = tract === null ? [visit, detector] : [tract, patch];
  return [
    printable(row.obs_collection),
    printable(row.dataset_type),
    printable(row.lsst_band ?? '-'),
    dataId[0] === null
      ? shortened(printable(row.obs_id), 40)
      : `${tract === null ? '' : 't'}${dataId.filter((part) => part !== null).join('/')}`,
    fixed(row.t_min, 5),
    fixed(row.s_ra, 5),
    fixed(row.s_dec, 5),
    row.planes ?? `- (${row.state === 'online' ? 'not read yet' : row.state})`,
    row.uuid,
  ];
}

/** Gathers datasets and prints them. */
export class DatasetRows {
  readonly #rows: string[][] = [];
  readonly #lost: ListedDataset[] = [];
  #candidates = 0;

  add(datasets: readonly ListedDataset[]): void {
    this.#rows.push(...datasets.map(cellsOf));
    this.#candidates += datasets.filter((row) => row.s_region_origin === 'butler').length;
    this.#lost.push(...datasets.filter((row) => row.s_ra === null));
  }

  print(): void {
    if (this.#rows.length > 0) console.log(table([HEADING, ...this.#rows]));
    console.log(count(this.#rows.length, 'dataset'));
    if (this.#candidates > 0)
      console.log(
        `${this.#candidates} with the position that a Butler has for them, which is wider than the image (s_region_origin butler): they may lie beside the place`,
      );
    this.#sayWhyWithoutSky();
  }

  /** By reasons: calibrations share one. */
  #sayWhyWithoutSky(): void {
    const { length } = this.#lost;
    if (length === 0) return;
    const reasons = new Map<string, string[]>();
    for (const { uuid, wcs_note } of this.#lost) addTo(reasons, wcs_note ?? NO_WCS, uuid);
    console.log(`${length} without a position, which no search by place finds:`);
    for (const [reason, uuids] of [...reasons].slice(0, MOST_REASONS)) {
      const more = uuids.length > SOME ? ` and ${uuids.length - SOME} more` : '';
      console.log(`  ${printable(reason)}: ${uuids.slice(0, SOME).join(', ')}${more}`);
    }
    if (reasons.size > MOST_REASONS)
      console.log(`  and ${count(reasons.size - MOST_REASONS, 'reason')} more`);
  }
}
