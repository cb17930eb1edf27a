import { type RefObject, useEffect, useRef, useState } from 'react';
import { DeadBadge, useDeadCount } from '../dead/DeadCount';
import { Icon, type IconName } from '../ui/Icon';
import { Link } from './Link';
import { chooseTheme, type Theme, useTheme } from './theme';

const places = [
  { href: '/', name: 'Search', under: ['/'] },
  { href: '/documents', name: 'Documents', under: ['/documents', '/collections'] },
  { href: '/sources', name: 'Sources', under: ['/sources'] },
  { href: '/tuning', name: 'Tuning', under: ['/tuning'] },
  { href: '/tasks', name: 'Tasks', under: ['/tasks'] },
  { href: '/schedules', name: 'Schedules', under: ['/schedules'] },
  { href: '/dead-letters', name: 'Dead letters', under: ['/dead-letters'] },
  { href: '/models', name: 'Models', under: ['/models'] },
  { href: '/docs/api', name: 'API', under: ['/docs'] },
] as const;

function isUnder(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => (root === '/' ? path === '/' : path === root || path.startsWith(`${root}/`)));
}

/** The name, the way to every page, and the theme. Where the pages have no room beside each other, they are a menu. */
export function Header({ path }: { path: string }) {
  useFocusAfterNavigation(path);
  const header = useRef<HTMLElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  useClosing(open, header, (byKey) => {
    setOpen(false);
    if (byKey) opener.current?.focus();
  });
  const chosen = () => {
    setOpen(false);
    opener.current?.focus(); // Where it leads to another page, that takes the focus.
  };
  const dead = useDeadCount();
  return (
    <header className="header" ref={header}>
      <div className="header-inner">
        <Link href="/" className="brand" aria-label="Millrace, to the search">
          <Wheel />
          <span>Millrace</span>
        </Link>
        <button
          type="button"
          className="button-bare nav-opener"
          ref={opener}
          aria-expanded={open}
          aria-controls="pages"
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'close' : 'menu'} /> Pages
          {dead !== null && (
            <>
              <DeadBadge count={dead} /> <span className="visually-hidden">dead</span>
            </>
          )}
        </button>
        <nav id="pages" aria-label="Pages" className={open ? 'nav nav-open' : 'nav'} onClick={chosen}>
          {places.map(({ href, name, under }) => (
            <Link key={href} href={href} aria-current={isUnder(path, under) ? 'page' : undefined}>
              {name}
              {href === '/dead-letters' && dead !== null && <DeadBadge count={dead} />}
            </Link>
          ))}
        </nav>
        <ThemeButton />
      </div>
    </header>
  );
}

/** While it is open: Escape closes it, and so does whatever happens outside of `within`. */
function useClosing(open: boolean, within: RefObject<HTMLElement | null>, close: (byKey: boolean) => void): void {
  const latest = useRef(close);
  useEffect(() => {
    latest.current = close;
  });
  useEffect(() => {
    if (!open) return;
    const outside = ({ target }: Event) => {
      if (!(target instanceof Node && within.current?.contains(target))) latest.current(false);
    };
    const escape = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') latest.current(true);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    document.addEventListener('keydown', escape);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
      document.removeEventListener('keydown', escape);
    };
  }, [open, within]);
}

/** After a step to another page the keyboard and the screen reader start at its beginning. */
function useFocusAfterNavigation(path: string): void {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    const focused = document.activeElement;
    const inPage = focused !== null && focused.closest('main') !== null && focused.id !== 'main';
    if (!inPage) document.getElementById('main')?.focus({ preventScroll: true });
  }, [path]);
}

const themes: Record<Theme, { next: Theme; icon: IconName; name: string }> = {
  auto: { next: 'light', icon: 'screen', name: 'as the system has it' },
  light: { next: 'dark', icon: 'sun', name: 'light' },
  dark: { next: 'auto', icon: 'moon', name: 'dark' },
};

function ThemeButton() {
  const theme = useTheme();
  const { next, icon, name } = themes[theme];
  const says = `Theme: ${name}. Change to ${themes[next].name}.`;
  return (
    <button type="button" className="button-bare" title={says} aria-label={says} onClick={() => chooseTheme(next)}>
      <Icon name={icon} />
    </button>
  );
}

/** The mill's wheel over the water. */
function Wheel() {
  return (
    <svg className="wheel" width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <g>
        <circle cx="16" cy="13.5" r="7.5" />
        <path d="M16 2.5v22M5 13.5h22M8.2 5.7l15.6 15.6M23.8 5.7 8.2 21.3" />
      </g>
      <path className="wheel-water" d="M3 28.5c3.2-2.4 5.4-2.4 8.6 0s5.4 2.4 8.7 0 5.4-2.4 8.7 0" />
    </svg>
  );
}
