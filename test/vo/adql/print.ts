// A tree as ADQL, with no more parentheses than it needs.
import type {
  Body,
  Condition,
  Name,
  Query,
  Select,
  SelectItem,
  Subquery,
  TableReference,
  Value,
} from '../../../src/vo/adql/ast.ts';

const nameText = ({ text, quoted }: Name) => (quoted ? `"${text.replaceAll('"', '""')}"` : text);
const pathText = (path: readonly Name[]) => path.map(nameText).join('.');
const list = <T>(all: readonly T[], print: (one: T) => string) => all.map(print).join(', ');

const RANK = { '||': 1, '+': 2, '-': 2, '*': 3, '/': 3 } as const;

function rankOf(value: Value): number {
  if (value.kind === 'binary') return RANK[value.operator];
  return value.kind === 'sign' ? 4 : 5;
}

const least = (value: Value, rank: number) =>
  rankOf(value) < rank ? `(${printValue(value)})` : printValue(value);

export function printValue(value: Value): string {
  switch (value.kind) {
    case 'number':
      return value.text;
    case 'text':
      return `'${value.text.replaceAll("'", "''")}'`;
    case 'null':
      return 'NULL';
    case 'column':
      return pathText(value.path);
    case 'sign':
      return `${value.sign} ${least(value.of, 5)}`;
    case 'binary': {
      const rank = RANK[value.operator];
      return `${least(value.left, rank)} ${value.operator} ${least(value.right, rank + 1)}`;
    }
    case 'call':
      return `${value.name}(${list(value.args, printValue)})`;
    case 'aggregate':
      return `${value.name}(${value.distinct ? 'DISTINCT ' : ''}${value.of ? printValue(value.of) : '*'})`;
    case 'cast':
      return `CAST(${printValue(value.of)} AS ${value.to}${value.length === null ? '' : `(${value.length})`})`;
  }
}

const not = (negated: boolean) => (negated ? 'NOT ' : '');
const enclosed = (condition: Condition, kinds: readonly string[]) =>
  kinds.includes(condition.kind) ? `(${printCondition(condition)})` : printCondition(condition);

export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'or':
      return condition.parts.map((part) => enclosed(part, ['or'])).join(' OR ');
    case 'and':
      return condition.parts.map((part) => enclosed(part, ['or', 'and'])).join(' AND ');
    case 'not':
      return `NOT ${enclosed(condition.of, ['or', 'and', 'not'])}`;
    case 'compare':
      return `${printValue(condition.left)} ${condition.operator} ${printValue(condition.right)}`;
    case 'between':
      return `${printValue(condition.of)} ${not(condition.negated)}BETWEEN ${printValue(condition.low)} AND ${printValue(condition.high)}`;
    case 'in':
      return `${printValue(condition.of)} ${not(condition.negated)}IN (${
        'kind' in condition.among ? printSubquery(condition.among) : list(condition.among, printValue)
      })`;
    case 'like':
      return `${printValue(condition.of)} ${not(condition.negated)}${condition.foldsCase ? 'I' : ''}LIKE ${printValue(condition.pattern)}`;
    case 'isNull':
      return `${printValue(condition.of)} IS ${not(condition.negated)}NULL`;
    case 'exists':
      return `EXISTS (${printSubquery(condition.query)})`;
  }
}

function printItem({ value, path, alias }: SelectItem): string {
  const what = value ? printValue(value) : path.length > 0 ? `${pathText(path)}.*` : '*';
  return alias ? `${what} AS ${nameText(alias)}` : what;
}

function printTable(table: TableReference): string {
  if (table.kind === 'table')
    return table.alias ? `${pathText(table.path)} AS ${nameText(table.alias)}` : pathText(table.path);
  if (table.kind === 'derived') return `(${printSubquery(table.query)}) AS ${nameText(table.alias)}`;
  const right = table.right.kind === 'join' ? `(${printTable(table.right)})` : printTable(table.right);
  const type = table.type === 'INNER' ? '' : `${table.type} OUTER `;
  const on = table.on ? ` ON ${printCondition(table.on)}` : '';
  const using = table.using.length > 0 ? ` USING (${list(table.using, nameText)})` : '';
  return `${printTable(table.left)} ${table.natural ? 'NATURAL ' : ''}${type}JOIN ${right}${on}${using}`;
}

function printSelect(select: Select): string {
  return [
    'SELECT',
    ...(select.distinct ? ['DISTINCT'] : []),
    ...(select.top === null ? [] : [`TOP ${select.top}`]),
    list(select.items, printItem),
    `FROM ${list(select.from, printTable)}`,
    ...(select.where ? [`WHERE ${printCondition(select.where)}`] : []),
    ...(select.groupBy.length > 0 ? [`GROUP BY ${list(select.groupBy, printValue)}`] : []),
    ...(select.having ? [`HAVING ${printCondition(select.having)}`] : []),
  ].join(' ');
}

function printBody(body: Body): string {
  if (body.kind === 'select') return printSelect(body);
  if (body.kind === 'query') return `(${printSubquery(body)})`;
  const operand = (one: Body) => (one.kind === 'set' ? `(${printBody(one)})` : printBody(one));
  return `${operand(body.left)} ${body.operator}${body.all ? ' ALL' : ''} ${operand(body.right)}`;
}

function printSubquery({ body, orderBy, offset }: Subquery): string {
  const order = list(orderBy, ({ value, descending }) => `${printValue(value)}${descending ? ' DESC' : ''}`);
  return `${printBody(body)}${order === '' ? '' : ` ORDER BY ${order}`}${offset === null ? '' : ` OFFSET ${offset}`}`;
}

export function printQuery(query: Query): string {
  const tables = query.with.map(({ name, query: one }) => `${nameText(name)} AS (${printSubquery(one)})`);
  return `${tables.length > 0 ? `WITH ${tables.join(', ')} ` : ''}${printSubquery(query)}`;
}
