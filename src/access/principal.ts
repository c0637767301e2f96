/** Who asks. Authentication is to come; until then everybody is anonymous. */
export interface Principal {
  /** Absent for the anonymous. */
  readonly name?: string;
  readonly groups?: readonly string[];
}

export const ANONYMOUS: Principal = Object.freeze({});
