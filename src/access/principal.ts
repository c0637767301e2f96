/** Who asks. Nothing has a default one: whoever calls says who asks. */
export interface Principal {
  /** Absent: has not signed in. */
  readonly name?: string;
  readonly groups?: readonly string[];
}

/** Anybody: the caller has not signed in. */
export const ANONYMOUS: Principal = Object.freeze({});

/**
 * Whoever runs the archive, such as the command line, which reads the archive's own files: sees everything under every policy. It is this
 * object and no other: nothing that a request carries can be equal to it.
 */
export const OPERATOR: Principal = Object.freeze({ name: 'the operator of the archive' });
