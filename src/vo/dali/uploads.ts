/** DALI's UPLOAD: tables in the same request, as values of parameters. */
import { clip } from '../../base/clip.ts';
import { badValue, type Pairs, type Parameter } from './parameter.ts';

/** `NAME,param:PART`, white space around it taken off; both names are bounded. */
const reference = /^(\w{1,100})\s{0,10},\s{0,10}param:([^\s,;]{1,100})$/i;

/**
 * DALI names an inline table by `UPLOAD=NAME,param:part` and a part of that name (DALI 1.1, 3.4.5). Here NAME is a parameter declared with
 * `upload`, and the table becomes its value. A table under the name UPLOAD itself is the value of the first of them.
 * Throws VignetError usage BAD_VALUE.
 */
export function withUploads(pairs: Pairs, parameters: readonly Parameter<unknown>[]): Pairs {
  const isUpload = ([name]: Pairs[number]) => name.trim().toUpperCase() === 'UPLOAD';
  const names = parameters.filter(({ upload }) => upload).map(({ name }) => name);
  const [first] = names;
  if (first === undefined || !pairs.some(isUpload)) return pairs;
  const targets = new Map<string, string>();
  for (const [, value] of pairs.filter(isUpload)) {
    if (value.trimStart().startsWith('<')) continue;
    const [, named = '', part] = reference.exec(value.slice(0, 300).trim()) ?? [];
    const target = names.find((name) => name === named.toUpperCase());
    if (target === undefined || part === undefined) {
      throw badValue('UPLOAD', value, `${first},param:PART, and a part PART that is a VOTable,`);
    }
    if (!pairs.some(([name]) => name === part))
      throw badValue('UPLOAD', value, 'the name of a part', { why: `there is no part '${clip(part, 40)}'` });
    targets.set(part, target);
  }
  return pairs.flatMap((pair): Pairs => {
    const [name, value] = pair;
    if (isUpload(pair)) return value.trimStart().startsWith('<') ? [[first, value]] : [];
    return [[targets.get(name) ?? name, value]];
  });
}
