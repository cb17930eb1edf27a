import { changeDocument, deleteDocument, originalOf, reprocessDocument } from '../api/calls';
import type { Document } from '../api/client';
import { useAct } from '../api/useAct';
import { Link } from '../app/Link';
import { navigate } from '../app/router';
import { Confirm } from '../ui/Confirm';
import { Fact } from '../ui/Fact';
import { bytes, plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { kindOf } from '../ui/kind';
import { ProblemNotice } from '../ui/Notice';
import { Status } from '../ui/Status';
import { Time } from '../ui/Time';
import { Tags } from './Tags';

/** What is known of a document, and what can be done with it. */
export function DocumentHead(props: {
  document: Document;
  changed: () => void;
  /** Hears of the task that reads the document once more. */
  reads: (task: string) => void;
}) {
  const { document: one, changed, reads } = props;
  const { act, busy, problem, asking, ask } = useAct();
  const collection = `/collections/${encodeURIComponent(one.collection)}`;
  return (
    <>
      <p className="crumbs">
        <Link href="/documents">Documents</Link>
        <Icon name="chevron" size={14} />
        <Link href={collection}>{one.collection}</Link>
      </p>
      <div className="page-head">
        <h1>{one.title}</h1>
        <div className="actions">
          <a className="button" href={originalOf(one.id)} download>
            <Icon name="download" /> Download
          </a>
          <button
            type="button"
            className="button"
            disabled={busy}
            title="Take its text out of the original once more"
            onClick={() => act(reprocessDocument(one.id), (task) => reads(task.id))}
          >
            <Icon name="retry" /> Read again
          </button>
          <button
            type="button"
            className="button"
            disabled={busy}
            title={one.enabled ? 'Keep it, but let search not find it' : 'Let search find it again'}
            onClick={() => act(changeDocument(one.id, { enabled: !one.enabled }), changed)}
          >
            <Icon name={one.enabled ? 'pause' : 'play'} /> {one.enabled ? 'Hide' : 'Show'}
          </button>
          <button type="button" className="button" onClick={() => ask(true)}>
            <Icon name="trash" /> Delete
          </button>
        </div>
      </div>
      <Facts document={one} />
      <Tags
        key={one.tags.join()}
        tags={one.tags}
        busy={busy}
        onChange={(tags) => act(changeDocument(one.id, { tags }), changed)}
      />
      {problem !== null && <ProblemNotice problem={problem} />}
      {asking && (
        <Confirm
          title="Delete this document?"
          action="Delete it"
          busy={busy}
          onConfirm={() => act(deleteDocument(one.id), () => navigate(collection))}
          onClose={() => ask(false)}
        >
          <p>
            <b>{one.name}</b> and all its passages leave {one.collection}. Search no longer finds them.
          </p>
        </Confirm>
      )}
    </>
  );
}

function Facts({ document: one }: { document: Document }) {
  return (
    <dl className="facts">
      <Fact name="State">
        <Status of={one.status} />
      </Fact>
      {one.title !== one.name && <Fact name="File">{one.name}</Fact>}
      {one.source !== undefined && (
        <Fact name="Source">
          {/^https?:\/\//.test(one.source) ? (
            <a href={one.source} target="_blank" rel="noopener noreferrer">
              {one.source}
            </a>
          ) : (
            <span className="mono">{one.source}</span>
          )}
        </Fact>
      )}
      <Fact name="Kind">
        <span title={one.mediaType}>{kindOf(one.mediaType)}</span>
      </Fact>
      <Fact name="Size">{bytes(one.bytes)}</Fact>
      <Fact name="Holds">{plural(one.passages, 'passage')}</Fact>
      <Fact name="Added">
        <Time at={one.createdAt} />
      </Fact>
      {one.taskId !== undefined && (
        <Fact name="Read by">
          <Link href={`/tasks/${one.taskId}`}>its task</Link>
        </Fact>
      )}
    </dl>
  );
}
