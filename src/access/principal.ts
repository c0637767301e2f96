/**
 * Who asks. Nothing has a default one: whoever calls says who asks.
 * @example
 * ```ts
 * import type { Principal } from 'vignet';
 *
 * const ada: Principal = { name: 'ada', groups: ['survey'] };
 * ```
 */
export interface Principal {
  /** Absent: has not signed in. */
  readonly name?: string;
  readonly groups?: readonly string[];
}

/**
 * Anybody: the caller has not signed in.
 * @example
 * ```ts
 * import { ANONYMOUS, parsePos, Vignet } from 'vignet';
 *
 * const vignet = await Vignet.open('.vignet/sample/archive');
 * const found = await vignet.archive.as(ANONYMOUS).find(parsePos('CIRCLE 150.2987 2.38812 0.01'));
 * console.log(found.map(({ id }) => id));
 * await vignet.close();
 * ```
 */
export const ANONYMOUS: Principal = Object.freeze({});

/**
 * Whoever runs the archive, such as the command line, which reads the archive's own files: sees everything under every policy. It is this
 * object and no other: nothing that a request carries can be equal to it.
 * @example
 * ```ts
 * import { OPERATOR, openArchive } from 'vignet';
 *
 * const archive = await openArchive('.vignet/sample/archive');
 * console.log(await archive.as(OPERATOR).census());
 * await archive.close();
 * ```
 */
export const OPERATOR: Principal = Object.freeze({ name: 'the operator of the archive' });
