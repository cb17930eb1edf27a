// @vitest-environment jsdom
import { cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Header } from './Header';

const calls = vi.hoisted(() => ({ countDeadLetters: vi.fn() }));
vi.mock('../api/calls', () => calls);
vi.mock('../events/feed', () => ({ useFeed: () => undefined }));

const opener = () => screen.getByRole('button', { name: /^Pages/ });
const isOpen = () => opener().getAttribute('aria-expanded') === 'true';

beforeEach(() => {
  calls.countDeadLetters.mockResolvedValue({ matched: 0, more: false });
  Object.defineProperty(window, 'matchMedia', { value: () => ({ matches: false, addEventListener: vi.fn() }) });
  vi.stubGlobal('scrollTo', vi.fn());
  history.replaceState(null, '', '/tuning');
  render(
    <>
      <Header path="/tuning" />
      <button type="button">Elsewhere</button>
    </>,
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('The menu of the pages', () => {
  it('opens for the keyboard, and the pages come next', async () => {
    opener().focus();
    await userEvent.keyboard('{Enter}');
    expect(isOpen()).toBe(true);

    await userEvent.tab();
    expect(document.activeElement).toBe(screen.getByRole('link', { name: 'Search' }));
    expect(opener().getAttribute('aria-controls')).toBe(screen.getByRole('navigation', { name: 'Pages' }).id);
  });

  it('closes on Escape and gives the keyboard back', async () => {
    await userEvent.click(opener());
    screen.getByRole('link', { name: 'Tasks' }).focus();
    await userEvent.keyboard('{Escape}');

    expect(isOpen()).toBe(false);
    expect(document.activeElement).toBe(opener());
  });

  it('closes when a page is chosen', async () => {
    await userEvent.click(opener());
    await userEvent.click(screen.getByRole('link', { name: 'Tasks' }));

    expect(location.pathname).toBe('/tasks');
    expect(isOpen()).toBe(false);
  });

  it('gives the keyboard back when the page one is on is chosen', async () => {
    await userEvent.click(opener());
    await userEvent.click(screen.getByRole('link', { name: 'Tuning' }));

    expect(isOpen()).toBe(false);
    expect(document.activeElement).toBe(opener());
  });

  it('closes when something else is pressed or the keyboard leaves it', async () => {
    await userEvent.click(opener());
    await userEvent.click(document.body);
    expect(isOpen()).toBe(false);

    await userEvent.click(opener());
    screen.getByRole('button', { name: 'Elsewhere' }).focus();
    await vi.waitFor(() => expect(isOpen()).toBe(false));
  });

  it('says where one is, and how many dead letters there are', async () => {
    cleanup();
    calls.countDeadLetters.mockResolvedValue({ matched: 99, more: true });
    render(<Header path="/tuning/runs/1" />);

    expect(await screen.findByRole('button', { name: 'Pages 99+ dead' })).toBeTruthy();
    const pages = within(screen.getByRole('navigation', { name: 'Pages' }));
    expect(pages.getByRole('link', { name: 'Dead letters 99+' })).toBeTruthy();
    expect(pages.getByRole('link', { current: 'page' }).textContent).toBe('Tuning');
  });
});
