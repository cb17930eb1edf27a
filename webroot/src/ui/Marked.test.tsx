// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { Marked } from './Marked';

afterEach(cleanup);

it('marks the ranges the server gave, and shows markup as the text it is', () => {
  const { container } = render(<Marked text="<img src=x onerror=alert(1)> mill" ranges={[{ start: 29, end: 33 }]} />);

  expect(container.querySelector('img')).toBeNull();
  expect(container.textContent).toBe('<img src=x onerror=alert(1)> mill');
  expect(screen.getByText('mill').tagName).toBe('MARK');
});
