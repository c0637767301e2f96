// One archive with datasets of all rights, and for each principal one that lacks what that principal may not know of.
import { join } from 'node:path';
import { ownRights } from '../../../src/access/policy.ts';
import { ANONYMOUS, OPERATOR, type Principal } from '../../../src/access/principal.ts';
import { type IngestOptions, ingest } from '../../../src/ingest/index.ts';
import { loadConfig } from '../../../src/service/config.ts';
import { type RunningService, startService } from '../../../src/service/server.ts';

/** In the order in which they are asked: whoever may see most comes first, so that caches hold it when the others come. */
export const people = {
  operator: OPERATOR,
  owner: { name: 'anna' },
  member: { name: 'max', groups: ['transients', 'others'] },
  stranger: { name: 'zoe', groups: ['others'] },
  anonymous: ANONYMOUS,
} satisfies Record<string, Principal>;

export type Who = keyof typeof people;
export const names = Object.keys(people) as Who[];

interface Part extends IngestOptions {
  /** Below the sample's files. */
  readonly paths: readonly string[];
  readonly seenBy: readonly Who[];
}

const open = { collection: 'Open', repo: 'sim' };
const everybody = names;
const coadd = (patch: number, band: string) => `coadd/deep_coadd/154061/${patch}/${band}`;

/**
 * What is hidden lies beside and among what is open: patches of the same coadd, visits of the same place, another type that would be the
 * default, a type and a release that have nothing open, a band that has nothing open.
 */
const parts: readonly Part[] = [
  { ...open, paths: [coadd(48, 'r'), coadd(58, 'r'), coadd(48, 'i'), coadd(58, 'i')], seenBy: everybody },
  { ...open, type: 'calexp', paths: ['early/visit_image/r/2026021100003'], seenBy: everybody },
  { ...open, paths: [coadd(49, 'r'), coadd(48, 'g')], owner: 'anna', seenBy: ['operator', 'owner'] },
  { ...open, paths: ['difference'], owner: 'anna', seenBy: ['operator', 'owner'] },
  {
    ...{ collection: 'Secret', repo: 'secret', owner: 'anna' },
    paths: ['early/visit_image/g/2027020100008'],
    seenBy: ['operator', 'owner'],
  },
  {
    ...open,
    paths: [coadd(59, 'r'), 'late/visit_image/i'],
    group: 'transients',
    seenBy: ['operator', 'member'],
  },
  { ...open, paths: ['early/visit_image/y'], releaseDate: '2999-01-01', seenBy: ['operator'] },
];

async function make(archive: string, files: string, seenBy: readonly Who[]): Promise<void> {
  for (const { paths, seenBy: by, ...options } of parts) {
    if (!seenBy.some((who) => by.includes(who))) continue;
    const isOpen = by === everybody || options.releaseDate !== undefined;
    const labels = { ...options, root: files, seek: false, dataRights: isOpen ? 'public' : 'proprietary' };
    await ingest(
      archive,
      paths.map((path) => join(files, path)),
      labels,
    );
  }
}

/** Answers are of whoever the header `as` names. */
function serve(archive: string): Promise<RunningService> {
  const given = { PORT: 0, HOST: '127.0.0.1', LOG_LEVEL: 'silent' as const, VIGNET_MAX_LAG_MS: 1e9 };
  const more = { VIGNET_ARCHIVE: archive, VIGNET_BASE_URL: 'https://images.example', VIGNET_THREADS: 1 };
  return startService(loadConfig({ ...given, ...more }, {}), {
    policy: ownRights,
    principal: ({ headers }) => people[headers.as as Who] ?? ANONYMOUS,
  });
}

export interface Services {
  readonly full: RunningService;
  /** Without what the principal may not know of. The operator's is as full as the other. */
  readonly lacking: Readonly<Record<Who, RunningService>>;
  close(): Promise<void>;
}

export async function startServices(files: string, scratch: string): Promise<Services> {
  const running: RunningService[] = [];
  const of = async (name: string, seenBy: readonly Who[]) => {
    const archive = join(scratch, name);
    await make(archive, files, seenBy);
    const service = await serve(archive);
    running.push(service);
    return service;
  };
  const full = await of('full', ['operator']);
  const lacking = await Promise.all(names.map(async (who) => [who, await of(who, [who])] as const));
  return {
    full,
    lacking: Object.fromEntries(lacking) as Record<Who, RunningService>,
    close: async () => {
      await Promise.all(running.map((one) => one.close()));
    },
  };
}
