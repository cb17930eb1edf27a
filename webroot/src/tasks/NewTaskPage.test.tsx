// @vitest-environment jsdom
import { readFileSync } from 'node:fs';
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NewTaskPage } from './NewTaskPage';

const calls = vi.hoisted(() => ({ listHandlers: vi.fn(), submitTask: vi.fn(), newKey: () => 'key' }));
vi.mock('../api/calls', () => calls);
vi.mock('../events/feed', () => ({ useFeed: () => undefined }));

const schemaOf = (type: string): unknown =>
  JSON.parse(readFileSync(`../src/main/resources/io/millrace/handler/${type}/input.schema.json`, 'utf8'));
const handler = (type: string) => ({
  name: type,
  type,
  version: 1,
  description: '',
  inputSchema: schemaOf(type),
  liveWorkers: 1,
  concurrency: 32,
  timeoutMs: 1000,
  paused: false,
});

beforeEach(() => {
  history.replaceState(null, '', '/tasks/new?handler=job');
  for (const call of [calls.listHandlers, calls.submitTask]) call.mockReset();
  calls.listHandlers.mockResolvedValue([handler('echo'), handler('job'), handler('search')]);
  calls.submitTask.mockResolvedValue({ id: '0-new' });
});
afterEach(cleanup);

const entries = () => screen.getAllByRole('listitem');
const within1 = (i: number) => within(entries()[i] ?? document.body);
const type = async (i: number, json: string) => {
  const area = within1(i).getByLabelText('Input');
  await userEvent.clear(area);
  await userEvent.click(area);
  await userEvent.paste(json);
};

describe('the form of a new task', () => {
  it('makes a job of several tasks, each of a handler to choose with an input as JSON', async () => {
    render(<NewTaskPage />);
    await userEvent.click(await screen.findByRole('button', { name: 'Add to Tasks' }));
    const choices = within(within1(0).getByLabelText(/^Handler/)).getAllByRole('option');
    expect(choices.map((one) => one.textContent)).toEqual(['Choose…', 'echo', 'search']);

    await userEvent.selectOptions(within1(0).getByLabelText(/^Handler/), 'echo');
    await type(0, '{"text": "one"}');
    await userEvent.selectOptions(within1(1).getByLabelText(/^Handler/), 'search');
    await userEvent.selectOptions(within1(1).getByLabelText('Priority'), 'low');
    await userEvent.click(screen.getByRole('button', { name: 'Submit' }));

    expect(calls.submitTask.mock.calls[0]?.[0]).toEqual({
      handler: 'job',
      input: {
        tasks: [
          { handler: 'echo', input: { text: 'one' }, priority: 'normal', cost: 1 },
          { handler: 'search', priority: 'low', cost: 1 },
        ],
      },
    });
  });

  it('is not sent while an input cannot be read or is no object', async () => {
    render(<NewTaskPage />);
    await screen.findByRole('button', { name: 'Add to Tasks' });
    await userEvent.selectOptions(within1(0).getByLabelText(/^Handler/), 'echo');
    await type(0, '{"text": ');
    await userEvent.click(screen.getByRole('button', { name: 'Submit' }));
    expect(document.activeElement).toBe(within1(0).getByLabelText('Input'));

    await type(0, '["one"]');
    await userEvent.click(screen.getByRole('button', { name: 'Submit' }));

    expect(within1(0).getByText('Input must be an object, such as { }.')).toBeDefined();
    expect(calls.submitTask).not.toHaveBeenCalled();

    await type(0, '{"text": "one"}');
    await userEvent.click(screen.getByRole('button', { name: 'Submit' }));
    expect(calls.submitTask).toHaveBeenCalledTimes(1);
  });

  it('leaves the other tasks as they were typed when one is taken away', async () => {
    render(<NewTaskPage />);
    await userEvent.click(await screen.findByRole('button', { name: 'Add to Tasks' }));
    await type(0, '{"text": "one"}');
    await type(1, '{"text": "tw');
    await userEvent.click(screen.getByRole('button', { name: 'Remove Tasks 1' }));

    expect(entries()).toHaveLength(1);
    expect(within1(0).getByLabelText<HTMLTextAreaElement>('Input').value).toBe('{"text": "tw');
  });

  it('takes slots as a whole number within the limit', async () => {
    history.replaceState(null, '', '/tasks/new?handler=echo');
    render(<NewTaskPage />);
    await userEvent.type(await screen.findByLabelText(/^Text/), 'hello');
    const slots = screen.getByLabelText('Slots');
    await userEvent.type(slots, '65');
    await userEvent.click(screen.getByRole('button', { name: 'Submit' }));
    expect(screen.getByText('A whole number from 1 to 64.')).toBeDefined();
    expect(calls.submitTask).not.toHaveBeenCalled();

    await userEvent.clear(slots);
    await userEvent.type(slots, '4');
    await userEvent.click(screen.getByRole('button', { name: 'Submit' }));

    expect(calls.submitTask.mock.calls[0]?.[0]).toMatchObject({ handler: 'echo', cost: 4 });
  });
});
