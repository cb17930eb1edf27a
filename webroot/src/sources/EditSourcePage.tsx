import { getSource, listCollections } from '../api/calls';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { useTitle } from '../app/useTitle';
import { Icon } from '../ui/Icon';
import { Missing, Skeleton } from '../ui/Notice';
import { SourceForm } from './SourceForm';

/** Makes a source, or changes one. */
export function EditSourcePage({ id }: { id?: string }) {
  const source = useLoad(id === undefined ? null : `source ${id}`, (signal) => getSource(id ?? '', signal));
  const collections = useLoad('collections', listCollections);
  const title = id === undefined ? 'New source' : 'Edit source';
  useTitle(title);
  return (
    <>
      <p className="crumbs">
        <Link href="/sources">Sources</Link>
        {id !== undefined && source.data !== undefined && (
          <>
            <Icon name="chevron" size={14} />
            <Link href={`/sources/${id}`}>{source.data.name}</Link>
          </>
        )}
        <Icon name="chevron" size={14} />
        <span>{id === undefined ? 'New' : 'Edit'}</span>
      </p>
      <div className="page-head">
        <h1>{title}</h1>
      </div>
      {id !== undefined && source.data === undefined ? (
        source.problem === undefined ? (
          <Skeleton lines={8} label="Loading the form" />
        ) : (
          <Missing problem={source.problem} what="source" retry={source.reload}>
            <Link href="/sources">All sources</Link>
          </Missing>
        )
      ) : (
        <SourceForm source={source.data} collections={collections.data?.map(({ name }) => name) ?? []} />
      )}
    </>
  );
}
