import { describe, expect, it } from 'vitest';
import { type Contract, curl, operations } from './contract';

const contract: Contract = {
  info: { title: 'T', version: '1' },
  paths: {
    '/api/v1/tasks/{id}': {
      parameters: [{ $ref: '#/components/parameters/Id' }],
      get: { operationId: 'getTask', tags: ['tasks'], responses: { '200': { $ref: '#/components/responses/Ok' } } },
      post: {
        operationId: 'say',
        requestBody: { content: { 'application/json': { schema: {}, examples: { one: { value: { text: "it's" } } } } } },
        responses: {},
      },
    },
  },
  components: { parameters: { Id: { name: 'id', in: 'path' } }, responses: { Ok: { description: 'Fine.' } } },
} as Contract;

describe('the contract as it is shown', () => {
  it('has every operation with what it refers to in place', () => {
    const [get, post] = operations(contract);

    expect(get).toMatchObject({ id: 'getTask', method: 'get', tag: 'tasks', parameters: [{ name: 'id', in: 'path' }] });
    expect(get?.responses).toEqual([{ code: '200', description: 'Fine.', shapes: [] }]);
    expect(post?.parameters).toHaveLength(1);
  });

  it('has commands that a shell can take', () => {
    const [, post] = operations(contract);

    expect(post === undefined ? '' : curl(post, 'http://localhost:8080')).toBe(
      `curl -H 'Content-Type: application/json' -d '{"text":"it'\\''s"}' 'http://localhost:8080/api/v1/tasks/<id>'`,
    );
  });
});
