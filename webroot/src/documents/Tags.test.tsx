// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Tags } from './Tags';

afterEach(cleanup);

describe('Tags', () => {
  it('puts one more on, or several at once, none of them twice', async () => {
    const onChange = vi.fn();
    render(<Tags tags={['mill']} busy={false} onChange={onChange} />);

    await userEvent.click(screen.getByRole('button', { name: 'Tag' }));
    await userEvent.type(screen.getByLabelText('New tag'), ' water , mill, 2026{Enter}');

    expect(onChange).toHaveBeenCalledExactlyOnceWith(['mill', 'water', '2026']);
  });

  it('takes one off', async () => {
    const onChange = vi.fn();
    render(<Tags tags={['mill', 'water']} busy={false} onChange={onChange} />);

    await userEvent.click(screen.getByRole('button', { name: 'Take off the tag mill' }));

    expect(onChange).toHaveBeenCalledExactlyOnceWith(['water']);
  });

  it('asks for nothing where nothing was typed, and goes away', async () => {
    const onChange = vi.fn();
    render(<Tags tags={[]} busy={false} onChange={onChange} />);

    await userEvent.click(screen.getByRole('button', { name: 'Tag' }));
    await userEvent.type(screen.getByLabelText('New tag'), ' ,{Enter}');

    expect(onChange).not.toHaveBeenCalled();
    expect(screen.queryByLabelText('New tag')).toBeNull();
  });

  it('offers no more than twenty', () => {
    render(<Tags tags={Array.from({ length: 20 }, (_, i) => `t${i}`)} busy={false} onChange={vi.fn()} />);

    expect(screen.queryByRole('button', { name: 'Tag' })).toBeNull();
  });
});
