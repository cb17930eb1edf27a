/** A JSON value; `undefined` stands for a member that is left out. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json | undefined };

/** The parts of JSON Schema (2020-12) that a form can be built from. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** How a value is asked for. `json` is the way out for whatever a form cannot show. */
export type FieldKind = 'text' | 'lines' | 'number' | 'integer' | 'boolean' | 'choice' | 'list' | 'object' | 'json';

/** Longer strings get a field of several lines. */
const oneLineMax = 200;

/** The schema with its reference into `root` followed. */
export function resolve(schema: Schema, root: Schema): Schema {
  let found = schema;
  for (let step = 0; found.$ref !== undefined && step < 20; step++) {
    const name = /^#\/\$defs\/([^/]+)$/.exec(found.$ref)?.[1];
    const target = name === undefined ? undefined : root.$defs?.[name.replaceAll('~1', '/').replaceAll('~0', '~')];
    if (target === undefined) return {};
    const { $ref: _ref, ...beside } = found;
    found = { ...target, ...beside };
  }
  return found;
}

/** The schema with the names of live handlers to choose from wherever one is asked for (`format: handler-name`). */
export function withHandlers(schema: Schema, names: readonly string[]): Schema {
  const inside = (of: Readonly<Record<string, Schema>>) =>
    Object.fromEntries(Object.entries(of).map(([name, one]) => [name, withHandlers(one, names)]));
  return {
    ...schema,
    ...(schema.format === 'handler-name' ? { enum: names } : {}),
    ...(schema.items === undefined ? {} : { items: withHandlers(schema.items, names) }),
    ...(schema.properties === undefined ? {} : { properties: inside(schema.properties) }),
    ...(schema.$defs === undefined ? {} : { $defs: inside(schema.$defs) }),
  };
}

export function kindOf(schema: Schema): FieldKind {
  const { type } = schema;
  if (schema.enum !== undefined || schema.const !== undefined) return 'choice';
  if (schema.oneOf !== undefined || schema.anyOf !== undefined || schema.allOf !== undefined) {
    // Conditions beside a plain type leave the form as it is; the server checks them.
    if (type !== 'object' || schema.properties === undefined) return 'json';
  }
  if (type === 'string') return schema.pattern !== undefined || isShort(schema) ? 'text' : 'lines';
  if (type === 'number' || type === 'integer' || type === 'boolean') return type;
  if (type === 'array') return schema.items === undefined ? 'json' : 'list';
  if (type === 'object') return schema.properties === undefined ? 'json' : 'object';
  return 'json';
}

function isShort(schema: Schema): boolean {
  return schema.format !== undefined || (schema.maxLength !== undefined && schema.maxLength <= oneLineMax);
}

/** What a form starts with: the defaults, and the members that must be there. */
export function initial(schema: Schema, root: Schema = schema): Json | undefined {
  const resolved = resolve(schema, root);
  if (resolved.default !== undefined) return resolved.default;
  if (resolved.const !== undefined) return resolved.const;
  switch (kindOf(resolved)) {
    case 'object': {
      const value: Record<string, Json | undefined> = {};
      for (const [name, member] of Object.entries(resolved.properties ?? {})) {
        const begin = initial(member, root);
        const wanted = resolved.required?.includes(name) || hasContent(begin);
        if (wanted && begin !== undefined) value[name] = begin;
      }
      return value;
    }
    case 'list': {
      const first = initial(resolved.items ?? {}, root);
      return Array.from({ length: resolved.minItems ?? 0 }, () => first ?? blank(resolved.items ?? {}, root));
    }
    default:
      return undefined;
  }
}

/** The value of a new entry of a list. */
export function blank(schema: Schema, root: Schema): Json {
  const begin = initial(schema, root);
  if (begin !== undefined) return begin;
  const kind = kindOf(resolve(schema, root));
  return kind === 'text' || kind === 'lines' ? '' : null;
}

function hasContent(value: Json | undefined): boolean {
  if (value === undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasContent);
  return true;
}

/** A complaint about one member, by JSON pointer. */
export interface Complaint {
  readonly pointer: string;
  readonly says: string;
}

/** What is plainly wrong with a value; the server has the last word. */
export function check(schema: Schema, value: Json | undefined, root: Schema = schema, pointer = ''): Complaint[] {
  const resolved = resolve(schema, root);
  const wrong = (says: string): Complaint[] => [{ pointer, says }];
  if (value === undefined) return [];
  switch (kindOf(resolved)) {
    case 'text':
    case 'lines':
      return typeof value === 'string' ? wrongText(resolved, value).flatMap(wrong) : wrong('must be a text');
    case 'number':
    case 'integer':
      return typeof value === 'number' ? wrongNumber(resolved, value).flatMap(wrong) : wrong('must be a number');
    case 'list':
      if (!Array.isArray(value)) return wrong('must be a list');
      return [
        ...wrongLength(resolved, value.length).flatMap(wrong),
        ...value.flatMap((one, i) => check(resolved.items ?? {}, one, root, `${pointer}/${i}`)),
      ];
    case 'object':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('must be an object');
      return Object.entries(resolved.properties ?? {}).flatMap(([name, member]) => {
        const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const inner = value[name];
        if (inner === undefined) return resolved.required?.includes(name) ? [{ pointer: at, says: 'is needed' }] : [];
        return check(member, inner, root, at);
      });
    case 'choice':
      return isOneOf(resolved.enum ?? [resolved.const ?? null], value) ? [] : wrong('must be one of the choices');
    case 'json':
      return wrongJson(resolved, value).flatMap(wrong);
    case 'boolean':
      return [];
  }
}

function isOneOf(choices: readonly Json[], value: Json): boolean {
  return choices.some((one) => JSON.stringify(one) === JSON.stringify(value));
}

function wrongJson({ type }: Schema, value: Json): string[] {
  const isList = Array.isArray(value);
  if (type === 'array') return isList ? [] : ['must be a list, such as [ ]'];
  if (type === 'object') {
    return typeof value === 'object' && value !== null && !isList ? [] : ['must be an object, such as { }'];
  }
  return [];
}

function wrongText(schema: Schema, value: string): string[] {
  // Counted as JSON Schema counts, in code points.
  const length = Array.from(value).length;
  if (schema.minLength !== undefined && length < schema.minLength) {
    return [schema.minLength === 1 ? 'must not be empty' : `needs at least ${schema.minLength} characters`];
  }
  if (schema.maxLength !== undefined && length > schema.maxLength) return [`takes at most ${schema.maxLength} characters`];
  if (schema.pattern !== undefined && !matches(schema.pattern, value)) return [`must match ${schema.pattern}`];
  return [];
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true; // A pattern this browser cannot read is left to the server.
  }
}

function wrongNumber(schema: Schema, value: number): string[] {
  if (schema.type === 'integer' && !Number.isInteger(value)) return ['must be a whole number'];
  if (schema.minimum !== undefined && value < schema.minimum) return [`must be at least ${schema.minimum}`];
  if (schema.maximum !== undefined && value > schema.maximum) return [`must be at most ${schema.maximum}`];
  if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) {
    return [`must be more than ${schema.exclusiveMinimum}`];
  }
  if (schema.exclusiveMaximum !== undefined && value >= schema.exclusiveMaximum) {
    return [`must be less than ${schema.exclusiveMaximum}`];
  }
  return [];
}

function wrongLength(schema: Schema, length: number): string[] {
  if (schema.minItems !== undefined && length < schema.minItems) return [`needs at least ${schema.minItems}`];
  if (schema.maxItems !== undefined && length > schema.maxItems) return [`takes at most ${schema.maxItems}`];
  return [];
}
