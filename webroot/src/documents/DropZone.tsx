import { type ChangeEvent, type DragEvent, useId, useRef, useState } from 'react';
import { newKey, submitTask } from '../api/calls';
import type { Collection } from '../api/client';
import { Icon } from '../ui/Icon';
import { Notice } from '../ui/Notice';
import { AddPage } from './AddPage';
import { pickedFrom, pickedFromDrop } from './pick';
import type { Picked } from './tray';
import { tray } from './uploads';

const collectionName = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Takes files and folders, by dropping or by choosing, and web pages, for one collection. */
export function DropZone(props: { collections: readonly Collection[]; collection: string; onTaken: (to: string) => void }) {
  const [over, setOver] = useState(false);
  const [into, setInto] = useState(props.collection);
  const [said, setSaid] = useState<string | null>(null);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const ids = { name: useId(), list: useId(), hint: useId() };
  const valid = collectionName.test(into);

  const take = (picked: Picked[]) => {
    if (!valid) {
      setSaid('Name a collection first: lower-case letters, digits, dashes and underscores.');
      return;
    }
    setSaid(picked.length === 0 ? 'There was no file in it.' : null);
    if (picked.length === 0) return;
    tray().add(picked, into);
    props.onTaken(into);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    pickedFromDrop(event.dataTransfer).then(take, () => setSaid('The browser could not read what was dropped.'));
  };
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    take(pickedFrom(event.target.files ?? []));
    event.target.value = '';
  };

  const addPage = async (url: string) => {
    const task = await submitTask({ handler: 'ingest', input: { url, collection: into } }, newKey());
    tray().follow(url, into, task.id);
    props.onTaken(into);
  };

  return (
    <section
      className={over ? 'drop drop-over' : 'drop'}
      aria-label="Add documents"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={drop}
    >
      <Icon name="upload" size={26} />
      <p className="drop-title">Drop files or folders here</p>
      <div className="actions actions-center">
        <button type="button" className="button" onClick={() => files.current?.click()}>
          <Icon name="file" /> Choose files
        </button>
        <button type="button" className="button" onClick={() => folder.current?.click()}>
          <Icon name="folder" /> Choose a folder
        </button>
      </div>
      <AddPage disabled={!valid} add={addPage} />
      <p className="drop-into">
        <label htmlFor={ids.name}>into the collection</label>
        <input
          id={ids.name}
          list={ids.list}
          value={into}
          aria-invalid={!valid}
          aria-describedby={ids.hint}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setInto(event.target.value.trim().toLowerCase())}
        />
        <datalist id={ids.list}>
          {props.collections.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </p>
      <p id={ids.hint} className="quiet">
        {valid
          ? 'PDF, Word, PowerPoint, Excel, OpenDocument, e-books, mail, web pages and text. A new name makes a new collection.'
          : 'Lower-case letters, digits, dashes and underscores.'}
      </p>
      {said !== null && <Notice kind="warning">{said}</Notice>}
      <input ref={files} type="file" multiple hidden data-testid="files" onChange={choose} />
      <input ref={folder} type="file" multiple hidden data-testid="folder" {...{ webkitdirectory: '' }} onChange={choose} />
    </section>
  );
}
