/** The parts of an OpenAPI 3.1 contract that the page shows. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaNode;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: SchemaNode;
}

interface Content {
  readonly schema?: SchemaNode;
  readonly examples?: Readonly<Record<string, { value?: unknown }>>;
  readonly 'x-sse-events'?: Readonly<Record<string, SchemaNode>>;
}

export interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, Content>>;
}

interface OperationNode {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly (Parameter | { $ref: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response | { $ref: string }>>;
  readonly servers?: readonly { url: string }[];
}

type PathNode = { readonly [method in Method]?: OperationNode } & {
  readonly parameters?: OperationNode['parameters'];
  readonly servers?: OperationNode['servers'];
};

export interface Contract {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags?: readonly { name: string; description?: string }[];
  readonly paths: Readonly<Record<string, PathNode>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, SchemaNode>> };
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
export type Method = (typeof methods)[number];

/** One operation with everything it refers to in place. */
export interface Operation {
  readonly id: string;
  readonly method: Method;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly server: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly bodies: readonly { media: string; schema: SchemaNode; example: unknown }[];
  readonly responses: readonly { code: string; description: string; shapes: readonly { media: string; schema: SchemaNode }[] }[];
}

/** What a local reference points to. */
export function follow<T extends object>(node: T | { $ref: string }, contract: Contract): T {
  if (!('$ref' in node) || typeof node.$ref !== 'string') return node as T;
  let at: unknown = contract;
  for (const step of node.$ref.replace(/^#\//, '').split('/')) {
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined;
  }
  return at as T;
}

/** The last part of a reference to a schema, or null for a schema without a name. */
export function nameOf(schema: SchemaNode): string | null {
  return schema.$ref?.split('/').at(-1) ?? null;
}

/** All operations, in the order of the contract. */
export function operations(contract: Contract): Operation[] {
  return Object.entries(contract.paths).flatMap(([path, node]) =>
    methods.flatMap((method) => {
      const one = node[method];
      return one === undefined ? [] : [operation(contract, path, method, node, one)];
    }),
  );
}

function operation(contract: Contract, path: string, method: Method, node: PathNode, one: OperationNode): Operation {
  const own = [...(node.parameters ?? []), ...(one.parameters ?? [])];
  const shapes = (content: Readonly<Record<string, Content>> | undefined) =>
    Object.entries(content ?? {}).flatMap(([media, { schema, 'x-sse-events': events }]) => [
      ...(schema === undefined || events !== undefined ? [] : [{ media, schema }]),
      ...Object.entries(events ?? {}).map(([name, event]) => ({ media: `event: ${name}`, schema: event })),
    ]);
  return {
    id: one.operationId,
    method,
    path,
    tag: one.tags?.[0] ?? 'other',
    summary: one.summary ?? one.operationId,
    description: one.description ?? '',
    server: (one.servers ?? node.servers)?.[0]?.url,
    parameters: own.map((parameter) => follow<Parameter>(parameter, contract)),
    bodies: Object.entries(one.requestBody?.content ?? {}).flatMap(([media, { schema, examples }]) =>
      schema === undefined ? [] : [{ media, schema, example: Object.values(examples ?? {})[0]?.value }],
    ),
    responses: Object.entries(one.responses).map(([code, response]) => {
      const { description, content } = follow<Response>(response, contract);
      return { code, description, shapes: shapes(content) };
    }),
  };
}

/** A command that asks this operation of `server`. */
export function curl(one: Operation, server: string): string {
  const path = one.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `<${name}>`);
  const parts = ['curl'];
  if (one.responses.some(({ shapes }) => shapes.some(({ media }) => media.startsWith('event:')))) parts.push('-N');
  if (one.method === 'delete') parts.push('-X DELETE');
  const body = one.bodies[0];
  if (body?.media === 'application/json') {
    parts.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(body.example ?? {}).replaceAll("'", "'\\''")}'`);
  } else if (body?.media === 'multipart/form-data') parts.push('-F file=@guide.md');
  parts.push(`'${(one.server === undefined || one.server === '/' ? server : one.server) + path}'`);
  return parts.join(' ');
}
