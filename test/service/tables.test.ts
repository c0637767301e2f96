// Tables of a length nobody knows, over HTTP: chunked, and never cut short as if they were whole.
import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import type { Column } from '../../src/base/column.ts';
import { VignetError } from '../../src/base/errors.ts';
import type { Batch } from '../../src/base/table.ts';
import { tableForms } from '../../src/products/tables/forms.ts';
import { TableAnswer } from '../../src/products/tables/table-answer.ts';
import { sendAnswer } from '../../src/service/http/send-answer.ts';
import type { TableFormat } from '../../src/vo/dali/table-format.ts';

const columns: Column[] = [{ name: 'n', type: 'int', description: 'a number' }];
const broken = new VignetError('transient', 'BUSY', 'the database went away');

async function* batches(count: number, fails: boolean): AsyncGenerator<Batch> {
  for (let n = 0; n < count; n++) yield Array.from({ length: 1000 }, (_, k) => [1000 * n + k]);
  if (fails) throw broken;
}

const logged: string[] = [];
let app = fastify();
let base = '';

/** A service of one table: `/csv?batches=3&fails`. */
async function serve(): Promise<void> {
  logged.length = 0;
  app = fastify({ logger: { level: 'info', stream: { write: (line: string) => logged.push(line) } } });
  app.route<{ Querystring: { batches: string; fails?: string }; Params: { format: TableFormat } }>({
    method: ['GET', 'HEAD'],
    url: '/:format',
    handler: (request, reply) => {
      const { batches: count, fails } = request.query;
      const table = {
        ...{ name: 'numbers', description: 'Numbers', infos: [], columns },
        batches: batches(Number(count), fails !== undefined),
        overflow: () => false,
      };
      return sendAnswer(
        request,
        reply,
        new TableAnswer(table, tableForms[request.params.format], { name: 'numbers' }),
      );
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

afterEach(() => app.close());

const cutShort = () => logged.filter((line) => line.includes('answer cut short'));

describe('a table', () => {
  it('is sent in chunks, without a length, an ETag or ranges', async () => {
    await serve();
    const reply = await fetch(`${base}/csv?batches=50`, { headers: { range: 'bytes=0-9' } });
    expect(reply.status).toBe(200);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'transfer-encoding': 'chunked',
      'cache-control': 'no-store',
      'content-type': 'text/csv;charset=utf-8;header=present',
      'content-disposition': 'attachment; filename="numbers.csv"',
    });
    for (const name of ['content-length', 'etag', 'accept-ranges', 'content-range'])
      expect(reply.headers.has(name), name).toBe(false);
    const lines = (await reply.text()).split('\r\n');
    expect(lines).toHaveLength(50_002);
    expect(lines.at(-2)).toBe('49999');
  });

  it('has the same headers for HEAD, and no body', async () => {
    await serve();
    const [head, get] = await Promise.all([
      fetch(`${base}/votable?batches=1`, { method: 'HEAD' }),
      fetch(`${base}/votable?batches=1`),
    ]);
    const said = (reply: Response) => {
      const apart = /^(date|transfer-encoding|connection|keep-alive)$/;
      return [...reply.headers].filter(([name]) => !apart.test(name));
    };
    expect(said(head)).toEqual(said(get));
    expect(await head.text()).toBe('');
    await get.text();
  });

  it('in FITS has its length, which is exact', async () => {
    await serve();
    const reply = await fetch(`${base}/fits?batches=7`);
    const bytes = await reply.arrayBuffer();
    expect(Number(reply.headers.get('content-length'))).toBe(bytes.byteLength);
    expect(bytes.byteLength).toBeGreaterThan(28_000);
  });
});

describe('a table that fails', () => {
  it('before its first rows is an error and nothing else', async () => {
    await serve();
    const reply = await fetch(`${base}/votable?batches=0&fails`);
    expect(reply.status).toBe(500);
    expect(await reply.text()).toContain('the database went away');
  });

  it('later is a whole VOTable that says so, and is logged', async () => {
    await serve();
    const reply = await fetch(`${base}/votable?batches=20&fails`);
    expect(reply.status).toBe(200);
    const text = await reply.text();
    expect(text).toMatch(
      /<INFO name="QUERY_STATUS" value="ERROR">the database went away<\/INFO>\n<\/RESOURCE>\n<\/VOTABLE>\n$/,
    );
    expect(cutShort()).toHaveLength(1);
  });

  it.each([
    'csv',
    'tsv',
    'jsonl',
    'parquet',
  ])('later in %s breaks off: the client is told', async (format) => {
    await serve();
    // Parquet has no byte before a row group is full.
    const reply = await fetch(`${base}/${format}?batches=40&fails`);
    expect(reply.status).toBe(200);
    await expect(reply.text()).rejects.toThrow(/terminated|socket/);
    expect(cutShort()).toHaveLength(1);
  });

  it('is reset where the end of the connection is the end of the answer (HTTP/1.0, and proxies that speak it)', async () => {
    await serve();
    const curl = promisify(execFile);
    const ask = (path: string) => curl('curl', ['--silent', '--show-error', '--http1.0', `${base}${path}`]);
    const { stdout } = await ask('/csv?batches=40');
    expect(stdout).toMatch(/39999\r\n$/);
    await expect(ask('/csv?batches=40&fails')).rejects.toMatchObject({
      code: 56,
      stderr: expect.stringMatching(/reset by peer/),
    });
  });
});
