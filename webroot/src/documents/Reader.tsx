import { lazy, Suspense } from 'react';
import { getPassages } from '../api/calls';
import type { Document, Passage } from '../api/client';
import { useLoad } from '../api/useLoad';
import { Link } from '../app/Link';
import { address, usePlace } from '../app/router';
import { Empty, ProblemNotice, Skeleton } from '../ui/Notice';
import { useWide } from '../ui/useWide';
import { Passages } from './Passages';
import { PlainText } from './PlainText';

const PdfPages = lazy(() => import('./pdf/PdfPages').then((module) => ({ default: module.PdfPages })));

type View = 'passages' | 'original' | 'text';
const names = { passages: 'Passages', original: 'Original', text: 'Text' } as const;

/** The passages, and beside them, or instead where there is no room, the document they are from. */
export function Reader({ document }: { document: Document }) {
  const { path, query } = usePlace();
  const wide = useWide();
  const passages = useLoad(`passages ${document.id}`, (signal) => getPassages(document.id, signal));
  if (passages.data === undefined) {
    if (passages.problem !== undefined) return <ProblemNotice problem={passages.problem} retry={passages.reload} />;
    return <Skeleton lines={8} label="Loading passages" />;
  }
  if (passages.data.length === 0) {
    return (
      <Empty title="There is no passage yet">
        {document.status === 'ready' && <p>The document holds no text.</p>}
      </Empty>
    );
  }
  const isPdf = document.mediaType === 'application/pdf';
  const sides: View[] = isPdf ? ['original', 'text'] : ['text'];
  const views: View[] = wide ? sides : ['passages', ...sides];
  const view = views.find((one) => one === query.get('view')) ?? views[0] ?? 'text';
  const target = passages.data.find((one) => one.id === query.get('passage'));
  const words = query.get('q') ?? '';
  const to = (next: { view: string; passage: string | undefined }) => address(path, { ...next, q: words });
  const tabs = views.length > 1 && (
    <nav className="tabs" aria-label="Views of the document">
      {views.map((one) => (
        <Link key={one} href={to({ view: one, passage: target?.id })} aria-current={one === view ? 'page' : undefined}>
          {names[one]}
        </Link>
      ))}
    </nav>
  );
  const list = (
    <Passages
      document={document}
      passages={passages.data}
      target={target}
      words={words}
      placeOf={(one) => to({ view: wide ? view : (sides[0] ?? 'text'), passage: one.id })}
    />
  );
  const side = <Side document={document} target={target} view={view} />;
  if (!wide) {
    return (
      <>
        {tabs}
        {view === 'passages' ? list : side}
      </>
    );
  }
  return (
    <div className="reader">
      <section aria-label="Passages">{list}</section>
      <section className="reader-side" aria-label={view === 'original' ? 'The original' : 'The text'}>
        {tabs}
        <div className="reader-pane" data-pane>
          {side}
        </div>
      </section>
    </div>
  );
}

function Side({ document, target, view }: { document: Document; target: Passage | undefined; view: View }) {
  if (view === 'text') return <PlainText document={document} target={target} />;
  return (
    <Suspense fallback={<Skeleton lines={10} label="Loading the original" />}>
      <PdfPages id={document.id} passage={target} />
    </Suspense>
  );
}
