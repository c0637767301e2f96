/** What a query in ADQL 2.1 says, as a tree. Names are as they were written: what they mean is for whoever knows the tables. */

/** `at`, here and below: the character of the text at which it begins. */
interface Placed {
  readonly at: number;
}

/** An identifier; `quoted` ones are delimited by double quotes, and compare with regard to case. */
export interface Name extends Placed {
  readonly text: string;
  readonly quoted: boolean;
}

export type CastType =
  | 'SMALLINT'
  | 'INTEGER'
  | 'BIGINT'
  | 'REAL'
  | 'DOUBLE PRECISION'
  | 'CHAR'
  | 'VARCHAR'
  | 'TIMESTAMP'
  | 'POINT'
  | 'CIRCLE'
  | 'POLYGON';

export type Operator = '+' | '-' | '*' | '/' | '||';
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';
export type AggregateName = 'COUNT' | 'AVG' | 'MAX' | 'MIN' | 'SUM';

export type Value = Placed &
  (
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'null' }
    /** Catalog, schema, table and column; all but the last may be missing. */
    | { readonly kind: 'column'; readonly path: readonly Name[] }
    | { readonly kind: 'sign'; readonly sign: '+' | '-'; readonly of: Value }
    | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Value; readonly right: Value }
    /** `name` in capitals. */
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Value[] }
    | {
        readonly kind: 'aggregate';
        readonly name: AggregateName;
        readonly distinct: boolean;
        /** Null: `*`. */
        readonly of: Value | null;
      }
    | { readonly kind: 'cast'; readonly of: Value; readonly to: CastType; readonly length: number | null }
  );

export type Condition = Placed &
  (
    | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
    | { readonly kind: 'not'; readonly of: Condition }
    | {
        readonly kind: 'compare';
        readonly operator: Comparison;
        readonly left: Value;
        readonly right: Value;
      }
    | {
        readonly kind: 'between';
        readonly of: Value;
        readonly low: Value;
        readonly high: Value;
        readonly negated: boolean;
      }
    | {
        readonly kind: 'in';
        readonly of: Value;
        readonly among: readonly Value[] | Subquery;
        readonly negated: boolean;
      }
    | {
        readonly kind: 'like';
        readonly of: Value;
        readonly pattern: Value;
        readonly foldsCase: boolean;
        readonly negated: boolean;
      }
    | { readonly kind: 'isNull'; readonly of: Value; readonly negated: boolean }
    | { readonly kind: 'exists'; readonly query: Subquery }
  );

export interface SelectItem extends Placed {
  /** Null: `*`, of the table of `path` if it is not empty. */
  readonly value: Value | null;
  readonly path: readonly Name[];
  readonly alias: Name | null;
}

export interface Select extends Placed {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly top: number | null;
  readonly items: readonly SelectItem[];
  readonly from: readonly TableReference[];
  readonly where: Condition | null;
  readonly groupBy: readonly Value[];
  readonly having: Condition | null;
}

export type JoinType = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';

export type TableReference = Placed &
  (
    | { readonly kind: 'table'; readonly path: readonly Name[]; readonly alias: Name | null }
    | { readonly kind: 'derived'; readonly query: Subquery; readonly alias: Name }
    | {
        readonly kind: 'join';
        readonly natural: boolean;
        readonly type: JoinType;
        readonly left: TableReference;
        readonly right: TableReference;
        readonly on: Condition | null;
        readonly using: readonly Name[];
      }
  );

export type Body =
  | Select
  | (Placed & {
      readonly kind: 'set';
      readonly operator: 'UNION' | 'EXCEPT' | 'INTERSECT';
      readonly all: boolean;
      readonly left: Body;
      readonly right: Body;
    })
  | Subquery;

export interface OrderTerm {
  readonly value: Value;
  readonly descending: boolean;
}

/** A query within another. */
export interface Subquery extends Placed {
  readonly kind: 'query';
  readonly body: Body;
  readonly orderBy: readonly OrderTerm[];
  readonly offset: number | null;
}

export interface Query extends Subquery {
  readonly with: readonly { readonly name: Name; readonly query: Subquery }[];
}
