/** A provenance as W3C PROV-JSON (Member Submission 2013-04-24): datasets are entities, runs activities, software agents. */
import { dateOfMjd } from '../../astronomy/time.ts';
import type { Provenance, ProvenanceDataset } from './provenance.ts';

type Attributes = Record<string, unknown>;
type Section = Record<string, Attributes>;

const typed = (value: string, type: string) => ({ $: value, type });

/** MJD UTC as PROV wants times. */
const timeOf = (mjd: number | null) => (mjd === null ? undefined : dateOfMjd(mjd).toISOString());

/** What an attribute can say: the others are left out. */
function attributes(all: Attributes): Attributes {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined));
}

/** `ds0:<uuid>`: an IVOID's `?` and `=` cannot stand in a qualified name, so that all before the UUID is the prefix. */
class Names {
  readonly prefix: Record<string, string> = {
    vignet: 'https://vignet.example/provenance#',
    input: 'urn:vignet:input:',
    run: 'urn:vignet:run:',
    software: 'urn:vignet:software:',
  };
  readonly #repos = new Map<string, string>();
  readonly #entities = new Map<string, string>();
  readonly #numbers = new Map<string, string>();

  constructor(datasets: readonly ProvenanceDataset[]) {
    for (const { id, uuid, repo } of datasets) {
      let prefix = this.#repos.get(repo);
      if (prefix === undefined) {
        prefix = `ds${this.#repos.size}`;
        this.#repos.set(repo, prefix);
        this.prefix[prefix] = id.slice(0, id.length - uuid.length);
      }
      this.#entities.set(uuid, `${prefix}:${uuid}`);
    }
  }

  /** Undefined: none of the datasets. */
  dataset(uuid: string | null): string | undefined {
    return uuid === null ? undefined : this.#entities.get(uuid);
  }

  /** What is known by a text of any characters gets a number. */
  numbered(kind: 'input' | 'run' | 'software', text: string): string {
    const key = `${kind} ${text}`;
    const name = this.#numbers.get(key) ?? `${kind}:${this.#numbers.size + 1}`;
    this.#numbers.set(key, name);
    return name;
  }
}

function softwareOf(json: string | null): [name: string, version: string][] {
  try {
    const versions: unknown = JSON.parse(json ?? '{}');
    if (typeof versions !== 'object' || versions === null) return [];
    return Object.entries(versions).map(([name, version]) => [name, String(version)]);
  } catch {
    return [];
  }
}

export function provJson({ datasets, inputs, calibrations, runs }: Provenance): string {
  const names = new Names(datasets);
  const [entity, activity, agent]: [Section, Section, Section] = [{}, {}, {}];
  const [generated, used, derived, associated]: [Section, Section, Section, Section] = [{}, {}, {}, {}];
  let relations = 0;
  const add = (section: Section, kind: string, said: Attributes) => {
    relations += 1;
    section[`_:${kind}${relations}`] = said;
  };
  const runName = (collection: string, run: string) =>
    names.numbered('run', JSON.stringify([collection, run]));
  for (const one of datasets) {
    const name = names.dataset(one.uuid) as string;
    entity[name] = attributes({
      'prov:label': one.obs_id,
      'prov:type': typed(`vignet:${one.dataset_type}`, 'prov:QUALIFIED_NAME'),
      'vignet:id': one.id,
      'vignet:obs_collection': one.obs_collection,
      'vignet:calib_level': one.calib_level,
      'vignet:instrument': one.instrument_name,
      'vignet:visit': one.lsst_visit,
      'vignet:detector': one.lsst_detector,
      'vignet:band': one.lsst_band,
      'vignet:tract': one.lsst_tract,
      'vignet:patch': one.lsst_patch,
    });
    if (one.run === null) continue;
    const run = runName(one.obs_collection, one.run);
    activity[run] ??= { 'prov:label': one.run };
    add(generated, 'g', { 'prov:entity': name, 'prov:activity': run });
  }
  for (const { obs_collection, name, pipeline, software, run_begin, run_end } of runs) {
    const run = runName(obs_collection, name);
    activity[run] = attributes({
      'prov:label': name,
      'prov:startTime': timeOf(run_begin),
      'prov:endTime': timeOf(run_end),
      'vignet:pipeline': pipeline,
    });
    for (const [program, version] of softwareOf(software)) {
      const by = names.numbered('software', `${program} ${version}`);
      agent[by] = {
        'prov:type': typed('prov:SoftwareAgent', 'prov:QUALIFIED_NAME'),
        'prov:label': program,
        'vignet:version': version,
      };
      add(associated, 'a', { 'prov:activity': run, 'prov:agent': by });
    }
  }
  const byUuid = new Map(datasets.map((one) => [one.uuid, one]));
  const uses = new Set<string>();
  for (const { output, input, named, role, visit, detector, instrument, input_type } of inputs) {
    const made = names.dataset(output);
    if (made === undefined) continue;
    const from = names.dataset(input) ?? names.numbered('input', named);
    entity[from] ??= attributes({
      'prov:label': named,
      ...{ 'vignet:type': input_type, 'vignet:instrument': instrument },
      ...{ 'vignet:visit': visit, 'vignet:detector': detector },
    });
    add(derived, 'd', { 'prov:generatedEntity': made, 'prov:usedEntity': from, 'prov:label': role });
    const { run, obs_collection } = byUuid.get(output) ?? {};
    if (run === null || run === undefined || obs_collection === undefined) continue;
    const by = runName(obs_collection, run);
    if (uses.has(`${by} ${from}`)) continue;
    uses.add(`${by} ${from}`);
    add(used, 'u', { 'prov:activity': by, 'prov:entity': from });
  }
  // An entity without a relation: nothing says that it was used.
  for (const { uuid, id, dataset_type: type, calibration_collection: collection, use } of calibrations) {
    const name = names.dataset(uuid) ?? names.numbered('input', id);
    entity[name] = {
      ...{ 'prov:label': `${type} ${collection}`, 'vignet:id': id, ...entity[name] },
      'vignet:use': use,
    };
  }
  const sections = {
    ...{ entity, activity, agent, wasGeneratedBy: generated, used, wasDerivedFrom: derived },
    wasAssociatedWith: associated,
  };
  const filled = Object.entries(sections).filter(([, section]) => Object.keys(section).length > 0);
  return `${JSON.stringify({ prefix: names.prefix, ...Object.fromEntries(filled) }, null, 1)}\n`;
}
