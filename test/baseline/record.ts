// The record: what is kept of an answer, how it is compared, how it is written.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BaselineRequest, Reply } from './request.ts';

/** One answer. Text is kept whole, by lines and tags; JSON is kept indented, and so has the hash of its bytes too. */
export interface Recorded {
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | null>>;
  /** The connection was closed before the body was whole; how much came by then depends on the network. */
  readonly cut?: boolean;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly text?: readonly string[];
}

export interface RecordFile {
  /** Libraries whose bytes are in some answers. */
  readonly madeWith: Readonly<Record<string, string>>;
  /** Headers that an answer has unless it says otherwise; null there: it lacks it. */
  readonly everywhere: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<string, Recorded>>;
}

const file = join(import.meta.dirname, 'record.json');

/** Of the connection and the clock, not of the answer. */
const unsteady = new Set(['date', 'connection', 'keep-alive']);

/** What every answer has: policies of security and of sharing between origins. */
const shared =
  /^(access-control-allow-origin|access-control-expose-headers|content-security-policy|cross-origin-.*|origin-agent-cluster|referrer-policy|strict-transport-security|x-.*)$/;

const isText = /^(text\/|application\/(json|xhtml\+xml|x-votable\+xml|problem\+json))/;

function bodyOf({ headers, body, cut }: Reply, asked: BaselineRequest): Partial<Recorded> {
  const { mask, withoutBody, hashOnly } = asked;
  if (cut) return { cut };
  if (withoutBody || body.length === 0) return {};
  const type = headers['content-type'] ?? '';
  const sha256 = createHash('sha256').update(body).digest('hex');
  if (hashOnly || !isText.test(type)) return { bytes: body.length, sha256 };
  const text = mask ? mask(body.toString('utf8')) : body.toString('utf8');
  if (!type.startsWith('application/json')) return { text: text.split(/(?<=\n)|(?<=>)(?=<)/) };
  const lines = JSON.stringify(JSON.parse(text), null, 1).split('\n');
  return mask ? { text: lines } : { sha256, text: lines };
}

/** What is kept of an answer, all its headers told. */
export function recordedOf(asked: BaselineRequest, reply: Reply): Recorded {
  const headers = Object.entries(reply.headers).filter(([name]) => !unsteady.has(name));
  const kept = headers.map(([name, value]): [string, string] =>
    name === 'content-length' && (asked.mask || asked.withoutBody) ? [name, 'masked'] : [name, value],
  );
  const { method, path, service } = asked;
  return {
    request: `${method} ${path.length > 600 ? `${path.slice(0, 600)}…` : path} (${service})`,
    status: reply.status,
    headers: Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))),
    ...bodyOf(reply, asked),
  };
}

export function readRecord(): RecordFile {
  if (!existsSync(file)) return { madeWith: {}, everywhere: {}, answers: {} };
  return JSON.parse(readFileSync(file, 'utf8')) as RecordFile;
}

/** An entry of the file with the headers that it shares with the others. */
export function whole(recorded: Recorded, { everywhere }: RecordFile): Recorded {
  const headers = Object.entries({ ...everywhere, ...recorded.headers }).filter(
    ([, value]) => value !== null,
  );
  return { ...recorded, headers: Object.fromEntries(headers.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function commonest(values: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Writes the record; entries come whole. */
export function writeRecord(
  answers: Readonly<Record<string, Recorded>>,
  madeWith: RecordFile['madeWith'],
): void {
  const all = Object.entries(answers);
  const names = [...new Set(all.flatMap(([, { headers }]) => Object.keys(headers)))].filter((one) =>
    shared.test(one),
  );
  const everywhere = Object.fromEntries(
    names
      .sort()
      .map((name) => [name, commonest(all.map(([, { headers }]) => headers[name] ?? undefined)) ?? '']),
  );
  const brief = all.map(([key, one]): [string, Recorded] => {
    const own = Object.entries(one.headers).filter(([name, value]) => everywhere[name] !== value);
    const lacking = names.filter((name) => one.headers[name] === undefined).map((name) => [name, null]);
    return [key, { ...one, headers: Object.fromEntries([...own, ...lacking]) }];
  });
  const text = JSON.stringify({ madeWith, everywhere, answers: Object.fromEntries(brief) }, null, 1);
  writeFileSync(file, `${text}\n`);
}

/** What differs, in words: one line a thing, the recorded value first. Empty: nothing. */
export function differences(recorded: Recorded, now: Recorded): string[] {
  const found: string[] = [];
  const compare = (what: string, before: unknown, after: unknown) => {
    if (before !== after) found.push(`${what}: recorded ${before ?? 'none'}, now ${after ?? 'none'}`);
  };
  compare('request', recorded.request, now.request);
  compare('status', recorded.status, now.status);
  for (const name of new Set([...Object.keys(recorded.headers), ...Object.keys(now.headers)]))
    compare(`header ${name}`, recorded.headers[name], now.headers[name]);
  compare('cut short', recorded.cut, now.cut);
  compare('bytes', recorded.bytes, now.bytes);
  const [before, after] = [recorded.text ?? [], now.text ?? []];
  const different = Array.from({ length: Math.max(before.length, after.length) }, (_, n) => n).filter(
    (n) => before[n] !== after[n],
  );
  for (const n of different.slice(0, 20)) compare(`line ${n + 1}`, before[n]?.trimEnd(), after[n]?.trimEnd());
  if (different.length > 20) found.push(`and ${different.length - 20} more lines`);
  compare('sha256', recorded.sha256, now.sha256);
  return found;
}
