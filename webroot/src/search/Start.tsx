import type { Collection } from '../api/client';
import type { Loaded } from '../api/useLoad';
import { Link } from '../app/Link';
import { plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { PendingNotice } from './PendingNotice';

/** What can be searched, before anything is asked. */
export function Start({ collections }: { collections: Loaded<Collection[]> }) {
  if (collections.data === undefined) {
    return collections.problem === undefined ? (
      <Skeleton lines={3} label="Loading collections" />
    ) : (
      <ProblemNotice problem={collections.problem} retry={collections.reload} />
    );
  }
  if (collections.data.length === 0) {
    return (
      <Empty title="Nothing to search yet">
        <p>Put in some files: PDF, Word, web pages, mail, plain text and more. They can be found as soon as they are read.</p>
        <p>
          <Link className="button button-primary" href="/documents">
            <Icon name="upload" /> Add documents
          </Link>
        </p>
      </Empty>
    );
  }
  return (
    <section className="start" aria-label="What can be searched">
      <PendingNotice collections={collections.data} />
      <ul className="tiles">
        {collections.data.map((one) => (
          <li key={one.name}>
            <Link className="card tile" href={`/collections/${encodeURIComponent(one.name)}`}>
              <Icon name="folder" size={20} />
              <b>{one.name}</b>
              <span className="quiet">
                {plural(one.documents, 'document')}
                , {plural(one.passages, 'passage')}
              </span>
            </Link>
          </li>
        ))}
        <li>
          <Link className="card tile tile-add" href="/documents">
            <Icon name="plus" size={20} />
            <b>Add documents</b>
            <span className="quiet">Files or whole folders</span>
          </Link>
        </li>
      </ul>
    </section>
  );
}
