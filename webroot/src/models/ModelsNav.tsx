import { Link } from '../app/Link';
import { usePlace } from '../app/router';

const places = [
  { href: '/models', name: 'Models' },
  { href: '/models/index', name: 'Search index' },
] as const;

/** The two pages about models: what there is, and which of them the search index is made with. */
export function ModelsNav() {
  const { path } = usePlace();
  return (
    <nav className="chips models-nav" aria-label="Models and what they serve">
      {places.map(({ href, name }) => (
        <Link key={href} className="chip" href={href} aria-current={path === href ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
