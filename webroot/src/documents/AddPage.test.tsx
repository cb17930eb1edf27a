// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { Problem } from '../api/client';
import { AddPage } from './AddPage';

afterEach(cleanup);

describe('adding a web page', () => {
  const field = () => screen.getByLabelText<HTMLInputElement>('or add a web page');

  it('hands the address on and is ready for the next', async () => {
    const added: string[] = [];
    render(
      <AddPage
        disabled={false}
        add={(url) => {
          added.push(url);
          return Promise.resolve();
        }}
      />,
    );

    await userEvent.type(field(), 'https://example.org/guide{Enter}');

    expect(added).toEqual(['https://example.org/guide']);
    expect(field().value).toBe('');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('says why it was refused and keeps what was typed', async () => {
    const refused = new Problem(422, 'The request is invalid', 'must match the pattern');
    render(<AddPage disabled={false} add={() => Promise.reject(refused)} />);

    await userEvent.type(field(), 'https://example.org/guide');
    await userEvent.click(screen.getByRole('button', { name: 'Add' }));

    expect((await screen.findByRole('alert')).textContent).toContain('must match the pattern');
    expect(field().value).toBe('https://example.org/guide');
  });

  it('hands nothing on that is no address of the web', async () => {
    const added: string[] = [];
    const add = (url: string) => Promise.resolve(void added.push(url));
    render(<AddPage disabled={false} add={add} />);

    for (const text of ['example.org', 'ftp://example.org', 'javascript:alert(1)']) {
      await userEvent.clear(field());
      await userEvent.type(field(), `${text}{Enter}`);
    }

    expect(added).toEqual([]);
  });

  it('waits for a collection', () => {
    render(<AddPage disabled add={() => Promise.resolve()} />);

    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Add' }).disabled).toBe(true);
  });
});
