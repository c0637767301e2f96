/** `vignet cutout`: a piece of a dataset or of a FITS file, without a service. */

import { Command } from 'commander';
import { OPERATOR } from '../access/principal.ts';
import type { ArchiveView } from '../archive/view.ts';
import { clip } from '../base/clip.ts';
import { defined } from '../base/defined.ts';
import { usageError } from '../base/errors.ts';
import type { Stencil } from '../base/sky.ts';
import { softwareName } from '../base/software.ts';
import { Engine } from '../engine/engine.ts';
import { type Cutout, planCutout } from '../products/cutout/cutout.ts';
import { whyOutside } from '../products/cutout/outside.ts';
import { whyFiltered } from '../products/cutout/why-filtered.ts';
import { Vignet } from '../products/vignet.ts';
import { mediaTypes } from '../vo/dali/response-format.ts';
import { parseBand } from '../vo/dali/standard-parameters.ts';
import { sodaParameters } from '../vo/soda/parameters.ts';
import { parseSodaSync, type SodaRequest } from '../vo/soda/request.ts';
import { archiveOption } from './archive-option.ts';
import { atOption, DEFAULT_RADIUS, hasRegion, withAt } from './at-option.ts';
import { sayCompanions } from './companion.ts';
import { cutPixels, sizeOfImage } from './cut-pixels.ts';
import { isFile, withDataset } from './dataset.ts';
import { datasetArgument, datasetAt, namedIds } from './dataset-name.ts';
import { deliver } from './deliver.ts';
import { describeOption } from './describe-option.ts';
import { engineOptions } from './engine-options.ts';
import { checkOutput, filesOf, forceOption } from './output.ts';
import { withFormat } from './output-format.ts';
import { addParameters, pairsOf } from './parameter-options.ts';
import { lostOf, sayLost } from './say-lost.ts';
import { position } from './sexagesimal.ts';

interface Flags {
  readonly archive: string;
  readonly hdu?: string;
  readonly describe?: string;
  readonly output?: string;
  readonly at?: string;
  readonly band?: string;
  readonly type?: string;
  readonly json?: boolean;
  readonly force?: boolean;
  readonly [soda: string]: unknown;
}

const p = sodaParameters;
const parameters = [
  ...[p.circle, p.polygon, p.pos, p.ra, p.dec, p.size, p.edge, p.box],
  ...[p.pol, p.cutoutDetail, p.planes, p.compress, p.quantize, p.responseFormat],
  ...[p.rgb, p.stretch, p.q, p.limits, p.cmap],
];

/** The name of a band, which chooses a dataset; wavelengths cut one. */
function nameOf(band: string | undefined): string | undefined {
  const choice = band === undefined ? undefined : parseBand(band);
  return typeof choice === 'string' ? choice : undefined;
}

/** Options that would choose nothing. Throws VignetError usage CONTRADICTION. */
function refuseIgnored(what: string | undefined, { at, band, type, hdu, describe }: Flags): void {
  const refuse = (detail: string) => {
    throw usageError('CONTRADICTION', detail);
  };
  if (what !== undefined && at !== undefined)
    refuse(
      `--at chooses a dataset at a position, and '${clip(what, 200)}' is one already; leave one of them out (--circle, or --ra and --dec, say where to cut)`,
    );
  if (at === undefined && (nameOf(band) ?? type) !== undefined)
    refuse(
      '--type and --band with a name choose a dataset at a position: they need --at and no dataset; add --at, or leave them out',
    );
  if (what === undefined && (hdu ?? describe) !== undefined)
    refuse('--hdu and --describe need a file, because a dataset of the archive is one image; leave them out');
}

/** The same reader as the service's; the ID stands for whatever is cut. */
async function requestOf(flags: Flags): Promise<SodaRequest> {
  const { band } = flags;
  const wavelengths = band !== undefined && nameOf(band) === undefined ? [['BAND', band] as const] : [];
  return parseSodaSync([['ID', p.id.example], ...wavelengths, ...(await pairsOf(parameters, flags))]);
}

async function run(what: string | undefined, given: Flags): Promise<void> {
  if (what === undefined && given.at === undefined)
    throw usageError(
      'MISSING_PARAM',
      'expected a file, the name of a dataset, or --at "ra dec", received none',
    );
  refuseIgnored(what, given);
  const flags = withFormat(hasRegion(given) ? given : withAt(given, 'circle'), {
    types: mediaTypes,
    parse: p.responseFormat.parse,
  });
  const request = await requestOf(flags);
  const { id: _, ...asked } = request;
  const stencil = asked.stencil ?? (asked.position && pointAt(asked.position));
  const isOfFile =
    what !== undefined && ((flags.hdu ?? flags.describe) !== undefined || (await isFile(what)));
  if (!isOfFile) {
    // A dataset of the archive, or a collection dataset.
    const [named] = what === undefined ? [] : await namedIds(flags.archive, [what]);
    const vignet = await Vignet.open(flags.archive, { engine: engineOptions });
    try {
      const id = named ?? (await found(vignet.archive.as(OPERATOR), flags, asked));
      const view = vignet.archive.as(OPERATOR);
      // A collection dataset is no image.
      const dataset = await view.resolve(id).catch(() => undefined);
      const answer = await vignet.cutout(id, asked, { principal: OPERATOR });
      if (!answer) throw noOverlap(await vignet.whyNoCutout(id, asked, { principal: OPERATOR }));
      await give(answer, flags, filesOf(vignet.archive), dataset?.layout);
    } finally {
      await vignet.close();
    }
    return;
  }
  if (!flags.json) await sayCompanions([what], 'cut', flags.describe);
  await withDataset(what, { ...flags, ...(stencil && { stencil }) }, async (dataset) => {
    const engine = new Engine(engineOptions);
    try {
      const filtered = whyFiltered(asked, dataset.bounds);
      if (filtered) throw noOverlap(filtered);
      const answer = await planCutout({ engine, dataset, software: softwareName }, asked);
      if (!answer) throw noOverlap(whyOutside(dataset.layout, asked));
      await give(answer, flags, dataset.inputs, dataset.layout);
    } finally {
      await engine.close();
    }
  });
}

/** A circle about a position, which finds the image of a file. */
const pointAt = ({ ra, dec }: NonNullable<SodaRequest['position']>): Stencil => ({
  shape: 'circle',
  values: [ra, dec, 1e-6],
});

/** The dataset at the position, which is said. */
async function found(
  view: ArchiveView,
  flags: Flags,
  { band = nameOf(flags.band), pol }: Pick<SodaRequest, 'band' | 'pol'>,
): Promise<string> {
  const { id, said } = await datasetAt(view, position(flags.at ?? '', '--at'), {
    type: flags.type,
    ...defined({ band, pol }),
  });
  if (!flags.json) console.error(said);
  return id;
}

const noOverlap = (why: string) => usageError('NO_OVERLAP', `${why}; check the region, --band and --pol`);

async function give(
  answer: Cutout,
  flags: Flags,
  inputs: Iterable<string> | AsyncIterable<string>,
  layout: Uint8Array | undefined,
): Promise<void> {
  const output = flags.output ?? answer.filename;
  await checkOutput(output, flags.force === true, inputs);
  const bytes = await answer.make();
  await deliver(answer, output, flags.force === true);
  const report = { output, bytes, box: answer.box, missingPlanes: answer.missingPlanes, ...lostOf(answer) };
  if (flags.json) console.error(JSON.stringify(report));
  else if (output !== '-') {
    const pixels = cutPixels(answer.box, layout && sizeOfImage(layout));
    const drawn = pixels && !answer.contentType.startsWith('application/fits') ? ' drawn' : '';
    console.error(`${output}: ${pixels && `${pixels}${drawn}, `}${bytes} bytes`);
  }
  if (answer.missingPlanes.length && !flags.json)
    console.error(`the dataset has no ${answer.missingPlanes.join(', ')}`);
  sayLost(answer, output, flags);
}

export function cutoutCommand(): Command {
  const command = new Command('cutout')
    .description('Cut a region of sky out of a dataset or a FITS file.')
    .argument('[file or dataset]', datasetArgument)
    .addOption(archiveOption())
    .addOption(
      atOption(
        `the dataset there is cut, a coadd if there is one, else the image whose centre is nearest; without a region a circle of ${DEFAULT_RADIUS} degree around it`,
      ),
    )
    .option(
      '--band <name or metres>',
      'with --at: only images of this band or filter, or of wavelengths in metres ("0.0013 0.00131"), which also cut a cube: the channels that overlap them',
    )
    .option('--type <name>', 'with --at: only images of this dataset type')
    .option('--hdu <n>', 'HDU of the image to cut, 0-based (default: the first that the region meets)')
    .addOption(describeOption())
    .option(
      '-o, --output <file>',
      'output file, whose suffix is also the format without --format; - is standard output (default: a name made from the dataset)',
    )
    .addOption(forceOption())
    .option('--json', 'print the report on standard error as JSON');
  return addParameters(command, parameters).action(run);
}
