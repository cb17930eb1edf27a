// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useEffect, useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { check, initial, type Json, type Schema } from './schema';
import { SchemaForm } from './SchemaForm';

const schema: Schema = {
  type: 'object',
  required: ['text', 'kind'],
  additionalProperties: false,
  properties: {
    text: { type: 'string', minLength: 1, description: 'What is said back.' },
    kind: { enum: ['query', 'passage'] },
    mode: { type: 'string', enum: ['hybrid', 'keyword'], default: 'hybrid' },
    limit: { type: 'integer', minimum: 1, maximum: 100 },
    weight: { type: 'number' },
    loud: { type: 'boolean' },
    texts: { type: 'array', items: { type: 'string' }, maxItems: 2 },
    filters: { type: 'object', properties: { language: { $ref: '#/$defs/language' } } },
    extra: { type: 'object' },
  },
  $defs: { language: { type: 'string', maxLength: 5, title: 'Language' } },
};

let value: Json | undefined;
afterEach(cleanup);

function Harness({ of = schema, checked = false }: { of?: Schema; checked?: boolean }) {
  const [input, setInput] = useState<Json | undefined>(() => initial(of));
  useEffect(() => {
    value = input;
  });
  return <SchemaForm schema={of} value={input} complaints={checked ? check(of, input) : []} onChange={setInput} />;
}

describe('a form made of a schema', () => {
  it('starts with the defaults and nothing else', () => {
    render(<Harness />);

    expect(value).toEqual({ mode: 'hybrid' });
  });

  it('takes every kind of value and leaves out what is not filled in', async () => {
    const user = userEvent.setup();
    render(<Harness />);

    await user.type(screen.getByLabelText(/^text/), 'hello');
    await user.selectOptions(screen.getByLabelText(/^kind/), 'passage');
    await user.type(screen.getByLabelText('limit'), '12');
    await user.type(screen.getByLabelText('weight'), '-1.5');
    await user.click(screen.getByLabelText('loud'));
    await user.click(screen.getByRole('button', { name: 'Add to texts' }));
    await user.type(screen.getByLabelText('texts 1'), 'one');
    await user.type(screen.getByLabelText('Language'), 'ru');
    await user.click(screen.getByLabelText('extra'));
    await user.paste('{"a":[1]}');

    expect(value).toEqual({
      text: 'hello',
      kind: 'passage',
      mode: 'hybrid',
      limit: 12,
      weight: -1.5,
      loud: true,
      texts: ['one'],
      filters: { language: 'ru' },
      extra: { a: [1] },
    });
    await user.clear(screen.getByLabelText('limit'));
    await user.click(screen.getByLabelText('loud'));
    await user.click(screen.getByRole('button', { name: 'Remove texts 1' }));
    expect(Object.keys(value as object)).toEqual(expect.not.arrayContaining(['limit', 'loud', 'texts']));
  });

  it('says what is missing or wrong at its field, also to a screen reader', async () => {
    const user = userEvent.setup();
    render(<Harness checked />);

    expect(screen.getByText('text is needed.')).toBeTruthy();
    await user.type(screen.getByLabelText('limit'), '200');
    expect(screen.getByText('limit must be at most 100.')).toBeTruthy();
    await user.clear(screen.getByLabelText('limit'));
    await user.type(screen.getByLabelText('limit'), '2x');
    expect(screen.getByText('limit must be a number.')).toBeTruthy();
    const field = screen.getByLabelText('limit');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent).toContain('must be');
  });

  it('shows help and adds no more entries than may be', async () => {
    const user = userEvent.setup();
    render(<Harness />);

    expect(screen.getByText('What is said back.')).toBeTruthy();
    const add = screen.getByRole<HTMLButtonElement>('button', { name: 'Add to texts' });
    await user.click(add);
    await user.click(add);
    expect(add.disabled).toBe(true);
  });

  it('can be filled in as JSON, and what cannot be read is said and not taken', async () => {
    const user = userEvent.setup();
    render(<Harness />);

    await user.click(screen.getByRole('button', { name: 'As JSON' }));
    const area = screen.getByLabelText('Input as JSON');
    await user.clear(area);
    await user.paste('{"text": "raw"}');
    expect(value).toEqual({ text: 'raw' });
    await user.clear(area);
    await user.paste('{"text": ');
    expect(value).toBeUndefined();
    expect(screen.getByRole('alert')).toBeTruthy();
    await user.clear(area);
    await user.paste('{"text": "back"}');
    await user.click(screen.getByRole('button', { name: 'Back to the form' }));
    expect(screen.getByLabelText<HTMLTextAreaElement>(/^text/).value).toBe('back');
  });

  it('falls back to JSON for a schema that is no object of known members', () => {
    render(<Harness of={{ oneOf: [{ type: 'object', properties: {} }, { type: 'string' }] }} />);

    expect(screen.getByLabelText('Input as JSON')).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('the check before sending', () => {
  it('finds what is wrong in lists and nested objects by its pointer', () => {
    const nested: Schema = {
      type: 'object',
      properties: {
        'a/b': { type: 'array', minItems: 1, items: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
      },
    };

    expect(check(nested, { 'a/b': [{ n: 1 }, {}, { n: 1.5 }] })).toEqual([
      { pointer: '/a~1b/1/n', says: 'is needed' },
      { pointer: '/a~1b/2/n', says: 'must be a whole number' },
    ]);
    expect(check(nested, { 'a/b': [] })).toEqual([{ pointer: '/a~1b', says: 'needs at least 1' }]);
  });

  it('counts characters as people do, and leaves odd patterns to the server', () => {
    expect(check({ type: 'string', maxLength: 2 }, '💧💧')).toEqual([]);
    expect(check({ type: 'string', pattern: '(?<bad' }, 'x')).toEqual([]);
    expect(check({ type: 'string', pattern: '^[a-z]+$' }, 'X')).toHaveLength(1);
  });
});
