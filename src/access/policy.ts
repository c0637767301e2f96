/** The one place where it is decided who may see what. */
import {
  ALWAYS,
  and,
  equals,
  isIn,
  isNull,
  lessThan,
  NEVER,
  or,
  type Predicate,
} from '../catalog/predicate.ts';
import type { Principal } from './principal.ts';

/**
 * What somebody may see, as conditions on the columns of the catalog.
 * @example
 * ```ts
 * import { type Rights, where } from 'vignet';
 *
 * // Everything may be known of, coadds may be read.
 * const rights: Rights = { mayRead: where.equals('dataset_type', 'deep_coadd'), mayKnow: where.ALWAYS };
 * ```
 */
export interface Rights {
  /** Datasets that may be read: their pixels, and whatever is made of these. */
  readonly mayRead: Predicate;
  /**
   * Datasets that may be known of: listed and counted; asked for their pixels, they answer that they may not be read. All others are as if
   * they had never been ingested. Absent: those that may be read.
   */
  readonly mayKnow?: Predicate;
}

/**
 * Decides what a principal may see at a time, ISO 8601 UTC as `2026-11-29T12:34:00`. Asked once per request; OPERATOR is never asked for.
 * The same principal at the same time must have the same rights.
 * @example
 * ```ts
 * import { type Policy, where } from 'vignet';
 *
 * // Who has signed in may read everything, everybody else the coadds.
 * const policy: Policy = ({ name }) => ({
 *   mayRead: name === undefined ? where.equals('dataset_type', 'deep_coadd') : where.ALWAYS,
 * });
 * ```
 */
export type Policy = (principal: Principal, now: string) => Rights;

/**
 * Everything is open to everybody.
 * @example
 * ```ts
 * import { allowAll, ANONYMOUS, openArchive } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive', { policy: allowAll });
 * console.log(await archive.as(ANONYMOUS).count());
 * await archive.close();
 * ```
 */
export const allowAll: Policy = () => ({ mayRead: ALWAYS });

/**
 * What each dataset says of itself, in its columns data_rights, obs_release_date, owner and grp. Its owner and its group may always read it.
 * All others may once it is released, which it is from its obs_release_date on: then `public` and `proprietary` ones are open to everybody,
 * `secure` ones to everybody who has signed in. Without a date, `public` and `secure` ones are released and `proprietary` ones never are.
 * What may not be read is not known of.
 * @example
 * ```ts
 * import { ANONYMOUS, openArchive, ownRights } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive', { policy: ownRights });
 * const everybody = await archive.as(ANONYMOUS).count();
 * const ada = await archive.as({ name: 'ada', groups: ['survey'] }).count();
 * console.log(`${ada - everybody} datasets are not yet released`);
 * await archive.close();
 * ```
 */
export const ownRights: Policy = ({ name, groups = [] }, now) => {
  const dated = or(lessThan('obs_release_date', now), equals('obs_release_date', now));
  const released = or(isNull('obs_release_date'), dated);
  const signedIn = name !== undefined;
  return {
    mayRead: or(
      and(equals('data_rights', 'public'), released),
      and(equals('data_rights', 'proprietary'), dated),
      signedIn ? and(equals('data_rights', 'secure'), released) : NEVER,
      signedIn ? equals('owner', name) : NEVER,
      isIn('grp', groups),
    ),
  };
};
