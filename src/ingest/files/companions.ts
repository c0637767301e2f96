/** Which files of a folder belong together, by the names that surveys give them. */

import type { PlaneInfo } from '../../addon/layout.ts';
import { plainName, regexpOf } from '../survey/matching.ts';
import type { Meaning, SurveyDescription } from '../survey/schema.ts';
import { completed, generalSurvey, surveysFor } from '../surveys.ts';

/** What a companion is to its image. */
export type Role = Exclude<PlaneInfo['kind'], 'image'>;

export interface Companion {
  readonly name: string;
  readonly role: Role;
}

/** What a file is by its name. */
export interface NamedFile {
  readonly survey: SurveyDescription;
  readonly is: Meaning;
  /** The parts of the name that its pattern names: files with the same belong together. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Planes that a dataset has; files of other meanings are left alone. */
export function roleOf(meaning: Meaning | undefined): Role | undefined {
  return meaning === 'mask' || meaning === 'variance' || meaning === 'weight' || meaning === 'sigma'
    ? meaning
    : undefined;
}

/** By the first description whose patterns know the name. */
export function fileOf(name: string, given?: SurveyDescription): NamedFile {
  const plain = plainName(name);
  const general = given ? [completed(given)] : [generalSurvey()];
  for (const survey of [...surveysFor(given), ...general]) {
    for (const { is, name: pattern } of survey.files ?? []) {
      const match = regexpOf(pattern).exec(plain);
      if (match) return { survey, is, parts: { ...match.groups } };
    }
  }
  return { survey: generalSurvey(), is: 'science', parts: { stem: plain.replace(/\.(?:fits?|fts)$/i, '') } };
}

const keyOf = (file: NamedFile, names: readonly string[]) =>
  JSON.stringify([file.survey.name, ...names.map((name) => [name, file.parts[name]?.toLowerCase()])]);

/** The files of a folder by what they are. A companion may lack parts that its image has: one mask for all bands. */
export class FolderFiles {
  readonly #files = new Map<string, NamedFile>();
  readonly #images = new Map<string, string[]>();
  readonly #companions = new Map<string, string[]>();
  readonly #partLists = new Map<string, readonly string[]>();

  constructor(
    names: Iterable<string>,
    readonly given?: SurveyDescription,
  ) {
    for (const name of [...names].sort()) this.#files.set(name, fileOf(name, given));
    for (const [name, file] of this.#files) {
      if (file.is === 'science') continue;
      const parts = Object.keys(file.parts).sort();
      this.#partLists.set(parts.join(), parts);
      push(this.#companions, keyOf(file, parts), name);
    }
    for (const [name, file] of this.#files) {
      if (file.is !== 'science') continue;
      for (const parts of this.#partLists.values()) push(this.#images, keyOf(file, parts), name);
    }
  }

  is(name: string): Meaning {
    return (this.#files.get(name) ?? fileOf(name, this.given)).is;
  }

  /** The companions of an image: at most one per role. */
  companionsOf(name: string): Companion[] {
    const file = this.#files.get(name) ?? fileOf(name, this.given);
    const found = new Map<Role, string>();
    for (const parts of this.#partLists.values()) {
      for (const other of this.#companions.get(keyOf(file, parts)) ?? []) {
        const role = roleOf(this.#files.get(other)?.is);
        if (role && !found.has(role)) found.set(role, other);
      }
    }
    return [...found].map(([role, other]) => ({ name: other, role }));
  }

  /** The image that a companion belongs to, when that is in the folder. */
  imageOf(name: string): string | undefined {
    const file = this.#files.get(name) ?? fileOf(name, this.given);
    if (file.is === 'science') return undefined;
    return this.#images.get(keyOf(file, Object.keys(file.parts).sort()))?.[0];
  }
}

function push(map: Map<string, string[]>, key: string, name: string): void {
  const list = map.get(key);
  if (list) list.push(name);
  else map.set(key, [name]);
}
