/** The sky that datasets cover, as a MOC in one of its forms, or as a picture. */

import type { SearchRun } from '../../archive/index-search.ts';
import type { ArchiveView } from '../../archive/view.ts';
import { softwareName } from '../../base/software.ts';
import { and } from '../../catalog/predicate.ts';
import { type MocFormat, mocMediaTypes } from '../../vo/moc/parameters.ts';
import type { MocRequest } from '../../vo/moc/request.ts';
import { mocAscii, mocJson } from '../../vo/moc/text.ts';
import { meeting } from '../select/columns.ts';
import { whereOf } from '../select/where.ts';
import { mocFits } from './moc-fits.ts';
import { skyPicture } from './sky-picture.ts';

/**
 * A coverage map: small, made whole.
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { ANONYMOUS, type Coverage, parseMoc, Vignet } from 'vignet';
 *
 * const vignet = await Vignet.open('.vignet/sample/archive');
 * const coverage: Coverage = await vignet.coverage(parseMoc([['BAND', 'r']]), { principal: ANONYMOUS });
 * await writeFile(coverage.filename ?? 'moc.fits', coverage.content);
 * await vignet.close();
 * ```
 */
export interface Coverage {
  readonly contentType: string;
  readonly content: string | Uint8Array;
  /** Absent for what is to be looked at. */
  readonly filename?: string;
}

const writers: Readonly<Record<MocFormat, (moc: Uint32Array, request: MocRequest) => string | Uint8Array>> = {
  fits: (moc, { order }) => mocFits(moc, order, softwareName),
  json: (moc, { order }) => mocJson(moc, order),
  ascii: (moc, { order }) => mocAscii(moc, order),
  svg: (moc, request) => skyPicture(moc, titleOf(request)),
};

function titleOf({ collection, types, bands }: MocRequest): string {
  const words = bands.map((band) => (typeof band === 'string' ? band : `${band.min} to ${band.max} m`));
  const parts = [collection, types.join(', '), words.length > 0 ? `in ${words.join(', ')}` : ''];
  return parts.filter((part) => part).join(' ') || 'All datasets';
}

/** Throws VignetError usage UNKNOWN_COLLECTION, UNKNOWN_TYPE, BAD_ADQL; and as the engine does. */
export async function coverageOf(view: ArchiveView, request: MocRequest, run: SearchRun): Promise<Coverage> {
  const where = and(whereOf(await view.census(), request), meeting(request.where));
  const moc = await view.coverage(where, request.order, run);
  const { format } = request;
  return {
    contentType: mocMediaTypes[format],
    content: writers[format](moc, request),
    ...(format === 'fits' && { filename: 'moc.fits' }),
  };
}
