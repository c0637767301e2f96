/** Rights as an archive applies them: both conditions, and a key for caches. */
import { createHash } from 'node:crypto';
import { VignetError } from '../base/errors.ts';
import { ALWAYS, or, type Predicate } from '../catalog/predicate.ts';
import type { Policy, Rights } from './policy.ts';
import { OPERATOR, type Principal } from './principal.ts';

export interface Granted {
  readonly mayRead: Predicate;
  /** Holds at least what may be read. */
  readonly mayKnow: Predicate;
  /** Equal for two principals exactly if they may see the same by the same conditions. Empty: everything. */
  readonly key: string;
}

/** What is granted for a request that came at `now`, which counts in whole minutes: never too early, at most a minute late. */
export function grant(policy: Policy, principal: Principal, now: Date): Granted {
  if (typeof principal !== 'object' || principal === null)
    throw new VignetError(
      'usage',
      'NO_PRINCIPAL',
      `expected ANONYMOUS, OPERATOR or {name, groups} for the principal, received ${String(principal)}`,
    );
  const rights = principal === OPERATOR ? { mayRead: ALWAYS } : policy(principal, minuteOf(now));
  const mayKnow = rights.mayKnow ? or(rights.mayKnow, rights.mayRead) : rights.mayRead;
  return { mayRead: rights.mayRead, mayKnow, key: keyOf(rights) };
}

/** Without seconds: caches last a minute at least, and dates written with a fraction or a zone are later, not earlier. */
function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, 16)}:00`;
}

function keyOf({ mayRead, mayKnow = mayRead }: Rights): string {
  if (mayRead.op === 'true') return '';
  return createHash('sha256')
    .update(JSON.stringify([mayRead, mayKnow]))
    .digest('base64url')
    .slice(0, 22);
}

/** Throws VignetError usage UNAUTHENTICATED or FORBIDDEN: the dataset is known to `principal` and may not be read. */
export function refuse(principal: Principal): never {
  if (principal.name === undefined)
    throw new VignetError(
      'usage',
      'UNAUTHENTICATED',
      'this dataset is open only to those who have signed in; sign in',
    );
  throw new VignetError(
    'usage',
    'FORBIDDEN',
    `this dataset is not open to ${principal.name}; ask its owner for access`,
  );
}
