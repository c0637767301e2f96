// What Vignet reads of a Butler's registry, as JSON lines: for butler_peer.py. Arguments: repository, dataset type, collections.
import { searchRegion } from '../../dist/ingest/butler/search-region.js';
import { ButlerCandidates } from '../../dist/ingest/butler/source.js';

const [repository, type, ...collections] = process.argv.slice(2);
const source = await ButlerCandidates.open({
  repository,
  datasetTypes: [type],
  collections,
  allowRoots: ['/'],
});
const paths = new Map();
for await (const { candidate } of source.candidates())
  if (candidate) paths.set(candidate.facts.uuid, candidate.path);
for await (const page of source.datasets()) {
  for (const { uuid, run, fullId, records } of page) {
    const region = (records.visit_detector_region ?? records.patch)?.region;
    const footprint = region === undefined ? null : searchRegion(region).footprint;
    console.log(JSON.stringify({ uuid, run, dataId: fullId, footprint, path: paths.get(uuid) ?? null }));
  }
}
await source.close();
