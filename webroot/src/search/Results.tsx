import type { KeyboardEvent } from 'react';
import type { Collection, Hit, SearchResponse } from '../api/client';
import { Link } from '../app/Link';
import { duration, plural } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Marked } from '../ui/Marked';
import { Notice } from '../ui/Notice';
import { excerpt } from './excerpt';
import { ExpectThis } from './ExpectThis';
import { NothingFound } from './NothingFound';
import { PendingNotice } from './PendingNotice';
import { byDocument, type Found, headingBelow, limits, passageAddress, type Query, withoutHeading } from './query';
import { Explanation, Scores } from './Scores';

/** About four lines on a wide page. */
const excerptUnits = 380;
const otherExcerptUnits = 150;

const modeNames = { hybrid: 'words and meaning', keyword: 'words alone', vector: 'meaning alone' } as const;

/** What was found, or why nothing was. */
export function Results(props: {
  query: Query;
  answer: SearchResponse;
  collections: readonly Collection[] | undefined;
  /** Whether scores are shown, and the answer that explains them once it is there. */
  scores: boolean;
  explained: SearchResponse | undefined;
  onScores: (shown: boolean) => void;
  onChange: (part: Partial<Query>) => void;
}) {
  const { query, answer, collections, scores, explained, onScores, onChange } = props;
  const shown = scores ? { words: wordsOf(explained) } : undefined;
  const found = byDocument(answer.hits);
  const more = limits.find((one) => one > query.limit);
  const took = Object.values(answer.tookMs).reduce((sum, ms) => sum + ms, 0);

  return (
    <section className="results" aria-label="Results">
      {answer.notice !== undefined && <Notice kind="warning">{answer.notice}</Notice>}
      <PendingNotice collections={collections} />
      {found.length === 0 ? (
        <NothingFound {...{ query, collections, onChange }} />
      ) : (
        <>
          <div className="results-summary" role="status">
            <span>
              {plural(answer.hits.length, 'passage')} in {plural(found.length, 'document')}
              <span className="quiet">
                {' '}
                · by {modeNames[answer.mode]} · {duration(took)}
              </span>
            </span>
            <button
              type="button"
              className="button-bare button-small"
              aria-pressed={scores}
              onClick={() => onScores(!scores)}
            >
              {scores ? 'Hide scores' : 'Show scores'}
            </button>
          </div>
          {scores && explained !== undefined && <Explanation of={explained} />}
          <ol className="result-list" onKeyDown={walk}>
            {found.map((one) => (
              <li key={one.best.documentId}>
                <Result found={one} query={query} scores={shown} />
              </li>
            ))}
          </ol>
          {more !== undefined && answer.hits.length >= query.limit && (
            <button type="button" className="button" onClick={() => onChange({ limit: more })}>
              Show more
            </button>
          )}
        </>
      )}
    </section>
  );
}

/** The arrow keys go from title to title. */
function walk(event: KeyboardEvent<HTMLOListElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const titles = [...event.currentTarget.querySelectorAll<HTMLAnchorElement>('a.result-title')];
  const at = titles.findIndex((title) => title === document.activeElement);
  const next = titles[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** What is shown of scores: beside those of each hit what its words gave, where that is known. */
interface Shown {
  readonly words: ReadonlyMap<string, Hit['words']>;
}

function wordsOf(explained: SearchResponse | undefined): Shown['words'] {
  return new Map(explained?.hits.map((hit) => [hit.passageId, hit.words]));
}

function Result({ found, query, scores }: { found: Found; query: Query; scores: Shown | undefined }) {
  const { words } = query;
  const { best, others } = found;
  const body = withoutHeading(best);
  const shown = excerpt(body.text, body.ranges, excerptUnits);
  return (
    <article className="card result">
      <div className="result-head">
        <h2>
          <Link className="result-title" href={passageAddress(best, words)}>
            {best.documentTitle}
          </Link>
        </h2>
        <Link className="chip chip-quiet" href={`/collections/${encodeURIComponent(best.collection)}`}>
          {best.collection}
        </Link>
      </div>
      <div className="result-line">
        <Where hit={best} />
        <ExpectThis query={query} hit={best} />
      </div>
      <p className="result-text">
        {shown.cutBefore && '… '}
        <Marked text={shown.text} ranges={shown.ranges} />
        {shown.cutAfter && ' …'}
      </p>
      {scores !== undefined && <Scores hit={best} words={scores.words.get(best.passageId)} />}
      {others.length > 0 && (
        <ul className="result-others" aria-label="More passages of this document">
          {others.slice(0, 3).map((hit) => (
            <OtherPassage key={hit.passageId} {...{ hit, words, scores }} />
          ))}
          {others.length > 3 && <li className="quiet">and {plural(others.length - 3, 'more passage')}</li>}
        </ul>
      )}
    </article>
  );
}

function Where({ hit }: { hit: Hit }) {
  const heading = headingBelow(hit.documentTitle, hit.heading);
  const named = hit.documentTitle !== hit.documentName;
  if (heading === '' && hit.page === undefined && !named) return null;
  return (
    <p className="result-where">
      {heading !== '' && <span>{heading}</span>}
      {hit.page !== undefined && <span>page {hit.page}</span>}
      {named && <span className="result-file">{hit.documentName}</span>}
    </p>
  );
}

function OtherPassage({ hit, words, scores }: { hit: Hit; words: string; scores: Shown | undefined }) {
  const body = withoutHeading(hit);
  const shown = excerpt(body.text, body.ranges, otherExcerptUnits);
  return (
    <li>
      <Link href={passageAddress(hit, words)}>
        <Icon name="chevron" size={14} />
        <span>
          {shown.cutBefore && '… '}
          <Marked text={shown.text} ranges={shown.ranges} />
          {shown.cutAfter && ' …'}
        </span>
      </Link>
      {scores !== undefined && <Scores hit={hit} words={scores.words.get(hit.passageId)} />}
    </li>
  );
}
