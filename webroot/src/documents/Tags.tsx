import { useState } from 'react';
import { Icon } from '../ui/Icon';

/** As the contract has it. */
const tagsMax = 20;
const lengthMax = 50;

/** Words a document is sorted by: each can be taken off, and one more put on. */
export function Tags(props: { tags: readonly string[]; busy: boolean; onChange: (tags: string[]) => void }) {
  const { tags, busy, onChange } = props;
  const [adding, setAdding] = useState(false);
  const [word, setWord] = useState('');
  const add = () => {
    const more = word
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '' && !tags.includes(one));
    if (more.length > 0) onChange([...tags, ...new Set(more)]);
    else setAdding(false);
  };
  return (
    <div className="chips tags" role="group" aria-label="Tags">
      {tags.map((tag) => (
        <span key={tag} className="chip chip-quiet">
          {tag}
          <button
            type="button"
            className="button-bare"
            disabled={busy}
            aria-label={`Take off the tag ${tag}`}
            onClick={() => onChange(tags.filter((one) => one !== tag))}
          >
            <Icon name="close" size={12} />
          </button>
        </span>
      ))}
      {adding ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <input
            autoFocus
            aria-label="New tag"
            placeholder="handbook"
            maxLength={lengthMax}
            value={word}
            disabled={busy}
            onChange={(event) => setWord(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && setAdding(false)}
          />
        </form>
      ) : (
        tags.length < tagsMax && (
          <button type="button" className="chip chip-quiet" disabled={busy} onClick={() => setAdding(true)}>
            <Icon name="plus" size={12} /> Tag
          </button>
        )
      )}
    </div>
  );
}
