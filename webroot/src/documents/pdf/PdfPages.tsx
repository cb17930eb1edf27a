import { useEffect, useRef, useState } from 'react';
import { originalOf } from '../../api/calls';
import { type Passage, Problem } from '../../api/client';
import { useLoad } from '../../api/useLoad';
import { Icon } from '../../ui/Icon';
import { ProblemNotice, Skeleton } from '../../ui/Notice';
import { scrollTo } from '../../ui/scrollTo';
import { type Box, boxesOn, draw, openPdf, pageOf, type Pdf } from './pdf';

/** The pages of the original PDF, one at a time, with the passage marked where it stands. */
export function PdfPages({ id, passage }: { id: string; passage: Passage | undefined }) {
  const loaded = useLoad(`pdf ${id}`, (signal) => openPdf(originalOf(id), signal).catch(readable));
  const pdf = loaded.data;
  useEffect(() => () => void pdf?.destroy(), [pdf]);
  if (pdf === undefined) {
    if (loaded.problem !== undefined) return <ProblemNotice problem={loaded.problem} retry={loaded.reload} />;
    return <Skeleton lines={10} label="Loading the original" />;
  }
  return <Pages pdf={pdf} passage={passage} />;
}

/** PDF.js has errors of its own, in its own words. */
function readable(thrown: unknown): never {
  if (thrown instanceof Problem || thrown instanceof TypeError) throw thrown;
  throw new Problem(-1, 'The original cannot be shown', thrown instanceof Error ? thrown.message : String(thrown));
}

function Pages({ pdf, passage }: { pdf: Pdf; passage: Passage | undefined }) {
  const [place, setPlace] = useState({ number: 1, of: '' });
  useEffect(() => {
    if (passage === undefined) return;
    let gone = false;
    pageOf(pdf, passage.text, passage.page).then(
      (number) => {
        if (!gone) setPlace({ number, of: passage.id });
      },
      () => undefined, // The page that is shown stays.
    );
    return () => {
      gone = true;
    };
  }, [pdf, passage]);
  const turn = (by: number) => setPlace({ number: place.number + by, of: '' });
  return (
    <div className="pdf">
      <div className="pdf-bar">
        <button
          type="button"
          className="button-bare"
          aria-label="Previous page"
          disabled={place.number <= 1}
          onClick={() => turn(-1)}
        >
          <Icon name="chevron" size={14} /> Previous
        </button>
        <span role="status">
          Page {place.number} of {pdf.numPages}
        </span>
        <button
          type="button"
          className="button-bare"
          aria-label="Next page"
          disabled={place.number >= pdf.numPages}
          onClick={() => turn(1)}
        >
          Next <Icon name="chevron" size={14} />
        </button>
      </div>
      <Page key={place.number} pdf={pdf} number={place.number} passage={passage} reveal={place.of === passage?.id} />
    </div>
  );
}

function Page(props: { pdf: Pdf; number: number; passage: Passage | undefined; reveal: boolean }) {
  const { pdf, number, passage, reveal } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [boxes, setBoxes] = useState<readonly Box[]>([]);
  const [failed, setFailed] = useState<string | null>(null);
  const text = passage?.text ?? '';
  useEffect(() => {
    const abort = new AbortController();
    if (canvas.current !== null) {
      draw(pdf, number, canvas.current, abort.signal).catch((thrown: unknown) => {
        if (!abort.signal.aborted) setFailed(String(thrown));
      });
    }
    return () => abort.abort();
  }, [pdf, number]);
  useEffect(() => {
    let gone = false;
    boxesOn(pdf, number, text).then(
      (found) => {
        if (!gone) setBoxes(found);
      },
      () => undefined, // The page itself is still worth seeing.
    );
    return () => {
      gone = true;
    };
  }, [pdf, number, text]);
  const first = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (reveal && first.current !== null) scrollTo(first.current);
  }, [boxes, reveal]);
  return (
    <div className="pdf-page">
      {failed !== null && <ProblemNotice problem={new Problem(-1, 'This page cannot be drawn', failed)} />}
      <canvas ref={canvas} role="img" aria-label={`Page ${number} of the original`} />
      {boxes.map((box, i) => (
        <span
          key={i}
          ref={i === 0 ? first : null}
          className="pdf-mark"
          style={{
            left: `${box.left * 100}%`,
            top: `${box.top * 100}%`,
            width: `${box.width * 100}%`,
            height: `${box.height * 100}%`,
            rotate: `${box.angle}rad`,
          }}
        />
      ))}
    </div>
  );
}
