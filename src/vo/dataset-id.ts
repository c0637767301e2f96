/** Publisher dataset identifiers: `ivo://<authority>/<path>?repo=<label>&id=<uuid>`, or `butler://<label>/<uuid>`. */
import { badValue } from './parameter.ts';

/** What a dataset ID says; authority and path play no part in finding it. */
export interface DatasetId {
  /** As the client wrote it. */
  readonly text: string;
  /** Release label, lower case: IVOIDs compare without regard to case. */
  readonly repo: string;
  /** Lower case, with hyphens. */
  readonly uuid: string;
}

const uuidForm = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/i;
const repoForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const ivoForm = 'ID=ivo://authority/path?repo=LABEL&id=UUID, percent-encoded,';

export function isUuid(text: string): boolean {
  return uuidForm.test(text);
}

function checked(text: string, repo: string | null, uuid: string | null): DatasetId {
  if (repo === null || uuid === null) {
    throw badValue('ID', text, `it has no ${repo === null ? 'repo' : 'id'}; ${ivoForm} is right`);
  }
  if (!repoForm.test(repo))
    throw badValue('ID', text, `'${repo.slice(0, 20)}' is no release label; ${ivoForm} is right`);
  if (!uuidForm.test(uuid))
    throw badValue('ID', text, `'${uuid.slice(0, 40)}' is no UUID; ${ivoForm} is right`);
  const hex = uuid.replaceAll('-', '').toLowerCase();
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return { text, repo: repo.toLowerCase(), uuid: parts.join('-') };
}

/** Throws VignetError usage BAD_VALUE. Scheme and query keys compare without regard to case, as IVOIDs do. */
export function parseDatasetId(text: string): DatasetId {
  const trimmed = text.trim();
  const butler = /^butler:\/\/([^/?#]*)\/([^/?#]*)$/i.exec(trimmed);
  if (butler) return checked(trimmed, butler[1] ?? '', butler[2] ?? '');
  const ivo = /^ivo:\/\/([^/?#]+)(?:\/[^?#]*)?(?:\?([^#]*))?$/i.exec(trimmed);
  if (!ivo) throw badValue('ID', text, `${ivoForm} or ID=butler://LABEL/UUID is right`);
  const query = [...new URLSearchParams(ivo[2] ?? '')].map(
    ([key, value]) => [key.toLowerCase(), value] as const,
  );
  const of = (key: string) => {
    const found = query.filter((pair) => pair[0] === key);
    if (found.length > 1) throw badValue('ID', text, `it has ${key} twice; ${ivoForm} is right`);
    return found[0]?.[1] ?? null;
  };
  return checked(trimmed, of('repo'), of('id'));
}

/** The IVOID of a dataset; `base` is `ivo://authority/path` from the configuration. */
export function printDatasetId(base: string, repo: string, uuid: string): string {
  return `${base}?repo=${encodeURIComponent(repo)}&id=${uuid}`;
}
