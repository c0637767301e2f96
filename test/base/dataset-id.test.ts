// IDs: what is accepted, and how it is said what is not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatId, parseId } from '../../src/base/dataset-id.ts';
import { canonicalUuid, fileUuid, uuidV5 } from '../../src/base/uuid.ts';

const UUID = '58f56d2e-cfd8-44e7-a343-20ebdc1f4127';

describe('publisher IDs', () => {
  it('resolve by repo and uuid, whatever authority, path and case', () => {
    const key = { repo: 'dp1', uuid: UUID };
    for (const id of [
      `ivo://org.rubinobs/usdac/lsst-dp1?repo=dp1&id=${UUID}`,
      `IVO://other/x?REPO=DP1&Id=${UUID.toUpperCase()}`,
      `ivo://a.b?id=${UUID}&repo=dp1`,
      `butler://dp1/${UUID}`,
      `Butler://DP1/${UUID.replaceAll('-', '')}`,
    ]) {
      expect(parseId(id), id).toEqual(key);
    }
  });

  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/), (uuid, repo) => {
        expect(parseId(formatId('example.org', 'a/b', { repo, uuid }))).toEqual({ repo, uuid });
      }),
    );
  });

  it('cut at their & show the whole request', () => {
    expect(() => parseId('ivo://org.rubinobs/lsst-dp1?repo=dp1')).toThrow(
      /ID=ivo%3A%2F%2F.*%3Frepo%3Ddp1%26id%3D/,
    );
  });

  it.each([
    ['', 'it has another form'],
    ['http://x/y', 'it has another form'],
    [`ivo://x?id=${UUID}`, 'repo is missing'],
    ['ivo://x', 'repo is missing'],
    ['ivo://x?repo=dp1&id=7', 'is not a UUID'],
    [`ivo://x?repo=d%20p&id=${UUID}`, 'is not a release label'],
    [`ivo://x?repo=a&repo=b&id=${UUID}`, 'twice'],
    [`butler://${UUID}`, 'it has another form'],
    ['butler://dp1/not-a-uuid', 'is not a UUID'],
    [`x${'y'.repeat(5000)}`, 'it has another form'],
  ])('refuses %.40s', (id, why) => {
    try {
      parseId(id);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ kind: 'usage', code: 'BAD_ID' });
      expect((error as Error).message).toContain(why);
      expect((error as Error).message.length).toBeLessThan(600);
    }
  });
});

describe('UUIDs of plain files', () => {
  it('follow RFC 9562 (its own example)', () => {
    const dns = Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex');
    expect(uuidV5('www.example.com', dns)).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('never change: other nodes depend on them', () => {
    expect(fileUuid('Vignet.Sample', 'a/b.fits', 1)).toBe('c79b3cab-a230-5e52-bf20-58cb05cc19bf');
    const all = [
      fileUuid('c', 'a', 1),
      fileUuid('c', 'a', 2),
      fileUuid('d', 'a', 1),
      fileUuid('c', 'b', 1),
      fileUuid('ca', '', 1),
    ];
    expect(new Set(all).size).toBe(all.length);
    expect(canonicalUuid(all[0] ?? '')).toBe(all[0]);
  });
});
