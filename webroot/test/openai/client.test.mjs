// The official client of OpenAI, unchanged, against a Millrace.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import OpenAI, { APIUserAbortError, BadRequestError, NotFoundError } from 'openai';

const base = process.env.MILLRACE_URL ?? 'http://127.0.0.1:8080';
const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'none', maxRetries: 0 });
const model = 'bge-small-en';

const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

it('embeds a text as base64 by default, and as floats when asked, with the same components', async () => {
  const { data: answer, response } = await client.embeddings
    .create({ model, input: 'The wheel turns.' })
    .withResponse();
  const floats = await client.embeddings.create({ model, input: 'The wheel turns.', encoding_format: 'float' });

  assert.equal(answer.object, 'list');
  assert.equal(answer.model, model);
  assert.ok(answer.usage.prompt_tokens > 3);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens);
  const [{ embedding, index }] = answer.data;
  assert.equal(index, 0);
  assert.equal(embedding.length, 384);
  assert.ok(Math.abs(dot(embedding, embedding) - 1) < 1e-5, 'of unit length');
  assert.deepEqual(embedding, floats.data[0].embedding.map(Math.fround));
  assert.match(response.headers.get('server-timing'), /^queue;dur=[\d.]+, tokenize;dur=[\d.]+, inference;dur=[\d.]+$/);
});

it('embeds many texts in their order', async () => {
  const input = Array.from({ length: 150 }, (_, i) => `Wheel number ${i} grinds the grain of day ${i * i}.`);

  const { data } = await client.embeddings.create({ model, input });
  const alone = await client.embeddings.create({ model, input: input[149] });

  assert.deepEqual(
    data.map(({ index }) => index),
    input.map((_, i) => i),
  );
  const likeness = data.map(({ embedding }) => dot(embedding, alone.data[0].embedding));
  assert.equal(likeness.indexOf(Math.max(...likeness)), 149);
  assert.ok(likeness[149] > 0.99);
});

it('cuts vectors to the dimensions that are asked for', async () => {
  const [whole] = (await client.embeddings.create({ model, input: 'a mill' })).data;
  const [cut] = (await client.embeddings.create({ model, input: 'a mill', dimensions: 64 })).data;

  assert.equal(cut.embedding.length, 64);
  assert.ok(Math.abs(dot(cut.embedding, cut.embedding) - 1) < 1e-5, 'of unit length again');
  assert.ok(Math.abs(cut.embedding[0] / cut.embedding[1] - whole.embedding[0] / whole.embedding[1]) < 1e-4);
  await assert.rejects(
    client.embeddings.create({ model, input: 'a mill', dimensions: 385 }),
    (error) => error instanceof BadRequestError && error.param === 'dimensions',
  );
});

it('reads a query otherwise than a passage', async () => {
  const passage = await client.embeddings.create({ model, input: 'a mill' });
  const query = await client.embeddings.create({ model, input: 'a mill', input_type: 'query' });

  assert.notDeepEqual(query.data[0].embedding, passage.data[0].embedding);
});

it('lists the models and reads one', async () => {
  const ids = [];
  for await (const one of client.models.list()) ids.push(one.id);

  assert.ok(ids.includes(model));
  assert.deepEqual(await client.models.retrieve(model).then(({ id, object }) => ({ id, object })), {
    id: model,
    object: 'model',
  });
});

it('fails with the classes of errors that programs look for', async () => {
  await assert.rejects(
    client.embeddings.create({ model: 'gpt-17', input: 'x' }),
    (error) => error instanceof NotFoundError && error.code === 'model_not_found' && error.param === 'model',
  );
  await assert.rejects(client.models.retrieve('gpt-17'), NotFoundError);
  await assert.rejects(
    client.embeddings.create({ model, input: ['x', ' '] }),
    (error) => error instanceof BadRequestError && error.param === 'input.1' && error.type === 'invalid_request_error',
  );
  await assert.rejects(
    client.embeddings.create({ model, input: [[9906, 1917]] }),
    (error) => error instanceof BadRequestError && /Token ids/.test(error.message),
  );
});

it('can be aborted, and answers afterwards', async () => {
  const stop = new AbortController();
  const input = Array.from({ length: 500 }, (_, i) => `Sluice ${i} is closed. `.repeat(60));

  const request = client.embeddings.create({ model, input }, { signal: stop.signal });
  setImmediate(() => stop.abort());

  await assert.rejects(request, APIUserAbortError);
  assert.equal((await client.embeddings.create({ model, input: 'still here' })).data.length, 1);
});
