/** Questions to a registry: SQL with its values apart, so that no text of a Butler ever becomes part of a statement. */

export type SqlValue = string | number | bigint | null;

/** `texts` has one part more than there are values. */
export class Sql {
  constructor(
    readonly texts: readonly string[],
    readonly values: readonly SqlValue[],
  ) {}

  /** The statement with the placeholders of a database. */
  print(placeholder: (n: number) => string): string {
    return this.texts.reduce((all, text, n) => all + placeholder(n) + text);
  }
}

/** A statement whose holes are values, or other statements that become part of it. */
export function sql(texts: TemplateStringsArray, ...holes: readonly (SqlValue | Sql)[]): Sql {
  const parts: string[] = [texts[0] ?? ''];
  const values: SqlValue[] = [];
  const addText = (text: string) => parts.push(`${parts.pop() ?? ''}${text}`);
  holes.forEach((hole, n) => {
    if (hole instanceof Sql) {
      addText(hole.texts[0] ?? '');
      parts.push(...hole.texts.slice(1));
      values.push(...hole.values);
    } else {
      values.push(hole);
      parts.push('');
    }
    addText(texts[n + 1] ?? '');
  });
  return new Sql(parts, values);
}

/** The name of a table or column, quoted. */
export const named = (name: string) => new Sql([`"${name.replaceAll('"', '""')}"`], []);

export function joined(all: readonly (SqlValue | Sql)[], separator: ', ' | ' AND '): Sql {
  // In one pass: there may be as many as a page has datasets.
  const texts = [''];
  const values: SqlValue[] = [];
  all.forEach((one, n) => {
    const {
      texts: [first = '', ...others],
      values: own,
    } = one instanceof Sql ? one : HOLE;
    texts.push(`${texts.pop() ?? ''}${n === 0 ? '' : separator}${first}`, ...others);
    if (one instanceof Sql) values.push(...own);
    else values.push(one);
  });
  return new Sql(texts, values);
}

/** Of a value: the texts around it. */
const HOLE = new Sql(['', ''], []);
