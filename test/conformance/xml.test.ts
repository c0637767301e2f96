// Every XML document against its schema (stilts brings IVOA's) or, for XHTML, against xmllint; then as pyVO reads them.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { availabilityDocument, capabilitiesDocument, serviceCapabilities } from '../../src/vo/dali/vosi.ts';
import { fakeApp } from '../service/fake.ts';

const run = promisify(execFile);
let folder = '';
let app: Awaited<ReturnType<typeof fakeApp>>;
let base = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vignet-conformance-'));
  app = await fakeApp();
  await app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** What stilts reports, but for what it says of every document. Rejects when it is not valid. */
async function stilts(path: string, top: string): Promise<string> {
  const { stdout, stderr } = await run('stilts', [
    'xsdvalidate',
    'uselocals=true',
    'verbose=true',
    `doc=${path}`,
    `topel=${top}`,
  ]);
  const all = (stdout + stderr).trim().split('\n');
  return all.filter((line) => !/^INFO: (Local schema|Top-level)/.test(line)).join('\n');
}

describe('capabilities', () => {
  const top = '{http://www.ivoa.net/xml/VOSICapabilities/v1.0}capabilities';

  it('are valid', async () => {
    const text = await (await fetch(`${base}/api/cutout/capabilities`)).text();
    expect(await stilts(await fileOf('capabilities.xml', text), top)).toBe('INFO: Validation OK');
  });

  it('would be found out if they were not', async () => {
    const standard = {
      id: 'ivo://x/std/y#sync-1.0',
      version: '1.0',
      resultType: 'application/fits',
      endpoint: '/sync',
    };
    const wrong = capabilitiesDocument(serviceCapabilities('http://x/y', standard)).replaceAll(
      'standardID',
      'standardid',
    );
    const report = await stilts(await fileOf('wrong.xml', wrong), top).catch(
      (error: Error & { stdout?: string }) => error.message + error.stdout,
    );
    expect(report).toMatch(/standardid/);
  });

  it('tell pyVO where SODA is', async () => {
    const script = `
import sys
from pyvo.io.vosi import parse_capabilities
found = {c.standardid: c.interfaces[0].accessurls[0].content for c in parse_capabilities(sys.argv[1])}
print(found["ivo://ivoa.net/std/SODA#sync-1.0"])
`;
    const { stdout, stderr } = await run('/usr/bin/python3', [
      '-c',
      script,
      `${base}/api/cutout/capabilities`,
    ]);
    expect(stdout.trim()).toBe(`${base}/api/cutout/sync`);
    expect(stderr).toBe('');
  });
});

describe('availability', () => {
  const top = '{http://www.ivoa.net/xml/VOSIAvailability/v1.0}availability';

  it('is valid', async () => {
    const text = await (await fetch(`${base}/api/cutout/availability`)).text();
    expect(text).toContain('<vosi:available>true</vosi:available>');
    expect(await stilts(await fileOf('availability.xml', text), top)).toBe('INFO: Validation OK');
  });

  it('is valid with everything in it', async () => {
    const at = new Date(0);
    const text = availabilityDocument({
      available: false,
      upSince: at,
      downAt: at,
      notes: ['a < b & c', 'two'],
    });
    expect(await stilts(await fileOf('down.xml', text), top)).toBe('INFO: Validation OK');
  });
});

describe('examples', () => {
  it('are well-formed XHTML with what DALI asks for', async () => {
    const reply = await fetch(`${base}/api/cutout/examples`);
    expect(reply.headers.get('content-type')).toBe('application/xhtml+xml; charset=utf-8');
    const path = await fileOf('examples.xml', await reply.text());
    await run('xmllint', ['--noout', '--nonet', path]);
    const count = async (xpath: string) =>
      Number((await run('xmllint', ['--nonet', '--xpath', `count(${xpath})`, path])).stdout);
    expect(await count('//@vocab')).toBe(1);
    expect(await count('//*[@typeof="example"]')).toBe(3);
    expect(await count('//*[@typeof="example"][@id and @resource=concat("#",@id)]')).toBe(3);
    expect(await count('//*[@typeof="example"][count(.//*[@property="name"])=1]')).toBe(3);
    expect(
      await count(
        '//*[@property="generic-parameter"][count(*[@property="key"])=1 and count(*[@property="value"])=1]',
      ),
    ).toBe(8);
    expect(await count('//*[local-name()="a" and @property]')).toBe(0);
  });

  it('hold links that work', async () => {
    const text = await (await fetch(`${base}/api/cutout/examples`)).text();
    const links = [...text.matchAll(/href="([^"]*)"/g)].map((match) =>
      (match[1] ?? '').replaceAll('&amp;', '&'),
    );
    expect(links.length).toBe(3);
    for (const link of links) expect((await fetch(link)).status, link).toBe(200);
  });
});
