/** Examples of what may be had of a dataset. */
import { parseId } from '../../base/dataset-id.ts';
import type { Pairs } from '../../vo/dali/parameter.ts';
import type { ServiceExample } from '../kit/index.ts';
import type { Sample } from '../ports.ts';

export function datasetExamples(samples: readonly Sample[]): ServiceExample[] {
  const some = samples.slice(0, 3);
  const together: ServiceExample = {
    kind: 'together',
    name: 'Several datasets as a tar archive',
    description: 'A manifest, then the file of each.',
    parameters: some.map(({ id }) => ['ID', id]),
    endpoint: '',
  };
  const each = some.flatMap(({ id, label }) => {
    const { repo, uuid } = parseId(id);
    const one = (kind: string, what: string, more: string, parameters: Pairs = []): ServiceExample => ({
      kind,
      name: `${what} of ${label}`,
      description: `Of the dataset ${uuid}.`,
      parameters,
      endpoint: `/${repo}/${uuid}${more}`,
    });
    return [
      one('preview', 'Preview', '/preview'),
      one('header', 'Header', '/header', [['RESPONSEFORMAT', 'text']]),
      one('layout', 'Layout', '/layout'),
      one('provenance', 'Provenance', '/provenance', [['DEPTH', 'ALL']]),
      one('planes', 'Image plane', '', [['PLANES', 'image']]),
      one('file', 'File', ''),
    ];
  });
  return some.length > 0 ? [...each, together] : [];
}
