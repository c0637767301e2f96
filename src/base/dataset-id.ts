/** Publisher IDs: `ivo://<authority>/<path>?repo=<label>&id=<uuid>`, or `butler://<label>/<uuid>`. */
import { clip } from './clip.ts';
import { usageError, type VignetError } from './errors.ts';
import { canonicalUuid } from './uuid.ts';

/** What an ID resolves by. Authority and path of an IVOID play no part. */
export interface DatasetKey {
  /** Release label, lower case: IVOIDs compare without regard to case. */
  readonly repo: string;
  readonly uuid: string;
}

const LABEL = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
const EXAMPLE_UUID = '01234567-89ab-4def-8123-456789abcdef';

/** Whether a word may name a repository: a letter or digit, then up to 63 letters, digits, `.`, `_`, `-`. */
export function isRepoLabel(text: string): boolean {
  return LABEL.test(text);
}

const EXPECTED = 'ivo://authority/path?repo=LABEL&id=UUID (percent-encoded) or butler://LABEL/UUID';

function bad(text: string, why: string): VignetError {
  return usageError('BAD_ID', `expected ${EXPECTED} for ID, received '${clip(text, 200)}': ${why}`);
}

/**
 * Parses a publisher ID. Scheme, parameter names, label and UUID are compared without regard to case.
 * Throws VignetError usage BAD_ID that shows the right form; for an ID cut at its `&`, the request as it should have been.
 */
export function parseId(text: string): DatasetKey {
  const trimmed = text.trim();
  const butler = /^butler:\/\/([^/?#]*)\/([^/?#]*)$/i.exec(trimmed);
  if (butler) return keyOf(text, butler[1] ?? '', butler[2] ?? '');
  const ivo = /^ivo:\/\/[^/?#]+(?:\/[^?#]*)?(?:\?([^#]*))?$/i.exec(trimmed);
  if (!ivo) throw bad(text, 'it has another form');
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(ivo[1] ?? '')) {
    const key = name.toLowerCase();
    if (found.has(key)) throw bad(text, `${clip(key, 20)} is given twice`);
    found.set(key, value);
  }
  const repo = found.get('repo');
  const id = found.get('id');
  if (repo === undefined) throw bad(text, 'repo is missing');
  if (id === undefined) {
    const whole = encodeURIComponent(`${trimmed.slice(0, 200)}&id=${EXAMPLE_UUID}`);
    throw bad(text, `id is missing; percent-encode the whole ID, or it ends at its '&': ID=${whole}`);
  }
  return keyOf(text, repo, id);
}

function keyOf(text: string, repo: string, id: string): DatasetKey {
  if (!LABEL.test(repo)) throw bad(text, `'${clip(repo, 20)}' is not a release label`);
  const uuid = canonicalUuid(id);
  if (uuid === undefined) throw bad(text, `'${clip(id, 40)}' is not a UUID`);
  return { repo: repo.toLowerCase(), uuid };
}

/** The publisher ID as it is written in answers. */
export function formatId(authority: string, path: string, key: DatasetKey): string {
  return `ivo://${authority}/${path}?repo=${key.repo}&id=${key.uuid}`;
}

export function unknownId(text: string): VignetError {
  return usageError('UNKNOWN_ID', `the archive has no dataset with ID '${clip(text, 200)}'`);
}
