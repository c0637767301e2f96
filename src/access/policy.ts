/** The one place where it is decided who may see what. */
import { VignetError } from '../base/errors.ts';
import type { Principal } from './principal.ts';

/** What a policy may look at: all that a dataset says about its rights. */
export interface Rights {
  /** ObsCore data_rights: public, secure or proprietary. */
  readonly dataRights: string;
  /** ISO 8601 UTC; null when there is none. */
  readonly releaseDate: string | null;
  readonly owner: string | null;
  readonly group: string | null;
}

export type Policy = (principal: Principal, rights: Rights) => boolean;

export const allowAll: Policy = () => true;

/**
 * Throws VignetError usage FORBIDDEN when the policy says no. Called before anything about a dataset's place on the sky is computed,
 * so that a refusal tells nothing about it.
 */
export function authorize(policy: Policy, principal: Principal, rights: Rights): void {
  if (policy(principal, rights)) return;
  const who = principal.name === undefined ? 'somebody who has not signed in' : principal.name;
  throw new VignetError('usage', 'FORBIDDEN', `This dataset is not open to ${who}`);
}
