// What policies grant: ownRights by its whole table, the operator, and what keys of caches tell apart.
import { describe, expect, it } from 'vitest';
import { grant } from '../../src/access/granted.ts';
import { allowAll, ownRights, type Policy } from '../../src/access/policy.ts';
import { ANONYMOUS, OPERATOR, type Principal } from '../../src/access/principal.ts';
import { ALWAYS, equals, NEVER } from '../../src/catalog/predicate.ts';
import { rowOf } from '../catalog/rows.ts';
import { meets } from '../catalog/suite.ts';

const now = new Date('2026-06-01T12:00:30Z');
const anna = { name: 'anna', groups: ['us'] };
const bert = { name: 'bert' };

function mayRead(principal: Principal, rights: Parameters<typeof rowOf>[0], at = now): boolean {
  return meets(rowOf(rights), grant(ownRights, principal, at).mayRead);
}

describe('ownRights', () => {
  const past = '2026-06-01';
  const future = '2026-06-02';
  // Who may read it: Anonymous, somebody signed in (Bert), its owner or group (Anna).
  const table: [string, string | null, string][] = [
    ['public', null, 'AB'],
    ['public', past, 'AB'],
    ['public', future, ''],
    ['secure', null, 'B'],
    ['secure', past, 'B'],
    ['secure', future, ''],
    ['proprietary', null, ''],
    ['proprietary', past, 'AB'],
    ['proprietary', future, ''],
    ['something else', null, ''],
    ['something else', past, ''],
  ];
  it.each(table)('%s, released %s: %s and those it belongs to', (data_rights, obs_release_date, who) => {
    const row = { uuid: 'u', data_rights, obs_release_date, owner: null, grp: null };
    expect(mayRead(ANONYMOUS, row)).toBe(who.includes('A'));
    expect(mayRead(bert, row)).toBe(who.includes('B'));
    for (const own of [{ owner: 'anna' }, { grp: 'us' }]) {
      expect(mayRead(anna, { ...row, ...own })).toBe(true);
      expect(mayRead(bert, { ...row, ...own })).toBe(who.includes('B'));
      expect(mayRead(ANONYMOUS, { ...row, ...own })).toBe(who.includes('A'));
    }
  });

  it('releases never early, and at most a minute late, however the date is written', () => {
    const released = (obs_release_date: string, at: string) =>
      mayRead(ANONYMOUS, { uuid: 'u', data_rights: 'public', obs_release_date }, new Date(at));
    expect(released('2026-06-01T12:00:00', '2026-06-01T11:59:59.999Z')).toBe(false);
    expect(released('2026-06-01T12:00:00', '2026-06-01T12:00:00.000Z')).toBe(true);
    expect(released('2026-06-01', '2026-05-31T23:59:59.999Z')).toBe(false);
    expect(released('2026-06-01', '2026-06-01T00:00:00.000Z')).toBe(true);
    for (const written of ['2026-06-01T12:00:00Z', '2026-06-01T12:00:00.5', '2026-06-01T12:00:07']) {
      expect(released(written, '2026-06-01T12:00:00.000Z'), written).toBe(false);
      expect(released(written, '2026-06-01T12:01:00.000Z'), written).toBe(true);
    }
  });
});

describe('what is granted', () => {
  const nothing: Policy = () => ({ mayRead: NEVER });

  it('is everything to the operator under every policy, and to nobody who looks like one', () => {
    expect(grant(nothing, OPERATOR, now)).toEqual({ mayRead: ALWAYS, mayKnow: ALWAYS, key: '' });
    expect(grant(nothing, { ...OPERATOR }, now).mayRead).toEqual(NEVER);
    expect(grant(allowAll, ANONYMOUS, now).key).toBe('');
  });

  it('has one key for the same rights, whoever has them and in whatever order, and another for others', () => {
    const key = (principal: Principal, at = now) => grant(ownRights, principal, at).key;
    const of = (name: string | undefined, ...groups: string[]) => key({ ...(name && { name }), groups });
    expect(of('anna', 'a', 'b')).toBe(of('anna', 'b', 'a', 'b'));
    expect(new Set([of(undefined), of('anna'), of('bert'), of('anna', 'a'), of('anna', 'a', 'b')]).size).toBe(
      5,
    );
    expect(key(anna, new Date('2026-06-01T12:00:59Z'))).toBe(key(anna));
    expect(key(anna, new Date('2026-06-01T12:01:00Z'))).not.toBe(key(anna));
    const known: Policy = () => ({ mayRead: NEVER, mayKnow: equals('repo', 'a') });
    expect(grant(known, anna, now).key).not.toBe(grant(nothing, anna, now).key);
  });

  it('lets nobody read what they may not know of', () => {
    const odd: Policy = () => ({ mayRead: equals('repo', 'a'), mayKnow: NEVER });
    expect(grant(odd, anna, now).mayKnow).toEqual(equals('repo', 'a'));
  });

  it('needs a principal, also of a program without types', () => {
    const refused = expect.objectContaining({
      code: 'NO_PRINCIPAL',
      message: expect.stringContaining('received undefined'),
    });
    const nobody = undefined as unknown as Principal;
    expect(() => grant(allowAll, nobody, now)).toThrow(refused);
  });
});
