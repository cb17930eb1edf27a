import { type SubmitEvent, useEffect, useRef } from 'react';
import type { Collection, FacetCount, SearchMode, SearchSettings } from '../api/client';
import { count } from '../ui/format';
import { Icon } from '../ui/Icon';
import type { Query } from './query';

const modes: readonly { mode: SearchMode; name: string; says: string }[] = [
  { mode: 'hybrid', name: 'Hybrid', says: 'Words and meaning together' },
  { mode: 'keyword', name: 'Keyword', says: 'The words as they stand' },
  { mode: 'vector', name: 'Meaning', says: 'What is meant, in whatever words' },
];

/** The field, the mode, and which collections are searched. */
export function SearchBox(props: {
  query: Query;
  collections: readonly Collection[] | undefined;
  /** What holds where the query does not say otherwise. */
  settings: SearchSettings | undefined;
  /** How many matching passages each collection has, where that is known. */
  counts: readonly FacetCount[] | undefined;
  /** Whether there is a model that orders the best anew. */
  reranks: boolean;
  onChange: (part: Partial<Query>) => void;
}) {
  const { query, collections, settings, counts, reranks, onChange } = props;
  const usualMode = settings?.mode ?? 'hybrid';
  const usuallyReranks = (settings?.rerank ?? false) !== false;
  const rerank = query.rerank ?? usuallyReranks;
  const field = useRef<HTMLInputElement>(null);
  useSlashFocuses(field);
  useEffect(() => {
    // The address may change under the field: back, forward, a link to the start.
    if (field.current !== null && field.current.value.trim() !== query.words) field.current.value = query.words;
  }, [query.words]);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onChange({ words: field.current?.value.trim() ?? '', limit: 10 });
  };
  const toggle = (name: string) =>
    onChange({
      collections: query.collections.includes(name)
        ? query.collections.filter((one) => one !== name)
        : [...query.collections, name],
    });

  return (
    <form className="searchbox" role="search" onSubmit={submit}>
      <div className="searchbox-field">
        <Icon name="search" size={20} />
        <input
          ref={field}
          type="search"
          name="q"
          aria-label="Search your documents"
          placeholder="Words or a question"
          autoComplete="off"
          autoFocus
          maxLength={2000}
          defaultValue={query.words}
          enterKeyHint="search"
        />
        <kbd title="Press / anywhere to search">/</kbd>
        <button type="submit" className="button button-primary">
          Search
        </button>
      </div>
      <div className="searchbox-choices">
        <div className="segments" role="radiogroup" aria-label="How to search">
          {modes.map(({ mode, name, says }) => (
            <label key={mode} title={says}>
              <input type="radio" name="mode" checked={(query.mode ?? usualMode) === mode} onChange={() => onChange({ mode: mode === usualMode ? null : mode })} />
              <span>{name}</span>
            </label>
          ))}
        </div>
        {(reranks || rerank) && (
          <button
            type="button"
            className="chip"
            title="A model reads the best passages together with the question, which takes longer"
            aria-pressed={rerank}
            onClick={() => onChange({ rerank: rerank === usuallyReranks ? !rerank : null })}
          >
            Rerank
          </button>
        )}
        {collections !== undefined && (collections.length > 1 || query.collections.length > 0) && (
          <div className="chips" role="group" aria-label="Collections to search">
            <button
              type="button"
              className="chip"
              aria-pressed={query.collections.length === 0}
              onClick={() => onChange({ collections: [] })}
            >
              All collections
            </button>
            {collections.map(({ name }) => (
              <button
                key={name}
                type="button"
                className="chip"
                aria-pressed={query.collections.includes(name)}
                onClick={() => toggle(name)}
              >
                {name}
                <Count of={counts?.find(({ value }) => value === name)?.count} />
              </button>
            ))}
          </div>
        )}
      </div>
    </form>
  );
}

function Count({ of }: { of: number | undefined }) {
  return of === undefined ? null : <span className="chip-count">{count(of)}</span>;
}

/** The key `/` goes to the field from anywhere on the page where nothing is typed. */
function useSlashFocuses(field: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target;
      if (target instanceof HTMLElement && target.closest('input, textarea, select, dialog') !== null) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [field]);
}
