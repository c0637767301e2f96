/** Parameters as JSON Schema, the way OpenAPI 3.1 lists them. */
import { defined } from '../../base/defined.ts';
import type { Parameter } from './parameter.ts';

export interface ParameterSchema {
  readonly type: 'string' | 'array';
  readonly items?: ParameterSchema;
  readonly enum?: readonly string[];
  readonly default?: string;
  readonly maxLength?: number;
  readonly description?: string;
  readonly examples?: readonly string[];
}

/** Every value is a string: DALI's literals (`lo hi`, `lon lat radius`) are text in a URL. */
function schemaOf(parameter: Parameter<unknown>): ParameterSchema {
  const unit = parameter.unit ? ` Unit: ${parameter.unit}.` : '';
  const value: ParameterSchema = {
    type: 'string',
    ...defined({ enum: parameter.values }),
    maxLength: parameter.maxLength,
  };
  const about = {
    description: parameter.description + unit,
    ...defined({ default: parameter.default }),
  };
  if (parameter.multiplicity === 'many') return { type: 'array', items: value, ...about };
  return { ...value, ...about, examples: [parameter.example] };
}

/** An object schema with one property per parameter, for query strings and forms alike. */
export function objectSchema(parameters: readonly Parameter<unknown>[]) {
  return {
    type: 'object' as const,
    required: parameters.filter((one) => one.multiplicity === 'required').map((one) => one.name),
    properties: Object.fromEntries(parameters.map((one) => [one.name, schemaOf(one)])),
  };
}
