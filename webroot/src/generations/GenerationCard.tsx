import { useState } from 'react';
import type { Generation } from '../api/client';
import { dropGeneration, retryGeneration, switchGeneration } from '../api/generations';
import { useAct } from '../api/useAct';
import { Confirm } from '../ui/Confirm';
import { Fact } from '../ui/Fact';
import { count } from '../ui/format';
import { Icon } from '../ui/Icon';
import { ProblemNotice } from '../ui/Notice';
import { Time } from '../ui/Time';
import { Failures } from './Failures';
import { lackingOf, modelOf, nameOf, progressOf, saidOf, stateOf, waitingOf } from './generation';
import { SwitchDialog } from './SwitchDialog';

interface Card {
  one: Generation;
  live: Generation | undefined;
  /** What was done, to be read out. */
  onDone: (what: string) => void;
  onFailed: () => void;
}

/** One generation: what it is, how far it is, and what can be done with it. */
export function GenerationCard({ one, live, onDone, onFailed }: Card) {
  const [asking, ask] = useState<'switch' | 'drop' | null>(null);
  const { act, busy, problem } = useAct();
  const name = nameOf(one);
  const does = <T,>(what: Promise<T>, then: string) => {
    what.catch(onFailed); // What is shown may be older than what it was refused for.
    act(
      what.finally(() => ask(null)),
      () => onDone(then),
    );
  };
  const { says, look } = stateOf(one);
  return (
    <article className={`card generation generation-${one.state}`} aria-label={name}>
      <div className="generation-head">
        <h2>
          {one.model ?? 'No model'} <span className="quiet">generation {one.id}</span>
        </h2>
        <span className={`status status-${look}`}>{says}</span>
        <Actions one={one} live={live} busy={busy} ask={ask} />
      </div>
      <p className="quiet">{saidOf(one)}</p>
      <Progress one={one} />
      <Facts one={one} />
      {problem !== null && <ProblemNotice problem={problem} />}
      {one.failed > 0 && one.state !== 'dropping' && (
        <Failures
          one={one}
          busy={busy}
          onRetry={() => does(retryGeneration(one.id), `The documents that failed in ${name} are tried again.`)}
        />
      )}
      {asking === 'switch' && (
        <SwitchDialog
          one={one}
          live={live}
          busy={busy}
          onConfirm={(incomplete) => does(switchGeneration(one.id, incomplete), `${name} is live now.`)}
          onClose={() => ask(null)}
        />
      )}
      {asking === 'drop' && (
        <Drop
          one={one}
          busy={busy}
          onConfirm={() => does(dropGeneration(one.id), `${name} is being deleted.`)}
          onClose={() => ask(null)}
        />
      )}
    </article>
  );
}

function Actions(props: Omit<Card, 'onDone' | 'onFailed'> & { busy: boolean; ask: (what: 'switch' | 'drop') => void }) {
  const { one, live, busy, ask } = props;
  if (one.state === 'live' || one.state === 'dropping') return null;
  const back = one.state === 'previous' && live !== undefined && one.id < live.id;
  const says = back ? 'Go back to it' : 'Switch to it';
  const givesUp = one.state === 'building' && lackingOf(one) > 0;
  const drops = givesUp ? 'Give it up' : 'Drop it';
  const ready = one.state === 'building' && lackingOf(one) === 0;
  return (
    <div className="actions">
      <button
        type="button"
        className={ready ? 'button button-small button-primary' : 'button button-small'}
        disabled={busy}
        aria-label={`${says}: ${nameOf(one)}`}
        onClick={() => ask('switch')}
      >
        {says}
      </button>
      <button
        type="button"
        className="button button-small button-danger"
        disabled={busy}
        aria-label={`${drops}: ${nameOf(one)}`}
        onClick={() => ask('drop')}
      >
        <Icon name="trash" size={14} /> {drops}
      </button>
    </div>
  );
}

/** Whether its progress is worth a bar. */
const isMoving = (one: Generation) => one.state === 'building' || (one.state === 'live' && waitingOf(one) > 0);

function Progress({ one }: { one: Generation }) {
  if (!isMoving(one)) return null;
  return (
    <div className="progress">
      <progress
        className={one.failed > 0 ? 'bar bar-bad' : 'bar'}
        aria-label={`Documents in ${nameOf(one)}`}
        max={Math.max(1, one.documents)}
        value={one.documents === 0 ? 1 : one.done}
      />
      <span>{progressOf(one)}</span>
    </div>
  );
}

function Facts({ one }: { one: Generation }) {
  return (
    <dl className="facts">
      {!isMoving(one) && <Fact name="Documents">{lackingOf(one) === 0 ? count(one.documents) : progressOf(one)}</Fact>}
      <Fact name="Chunker">version {one.chunker}</Fact>
      <Fact name="Begun">
        <Time at={one.createdAt} />
      </Fact>
      {one.switchedAt !== undefined && (
        <Fact name={one.state === 'live' ? 'Live since' : 'Became live'}>
          <Time at={one.switchedAt} />
        </Fact>
      )}
    </dl>
  );
}

function Drop(props: { one: Generation; busy: boolean; onConfirm: () => void; onClose: () => void }) {
  const { one } = props;
  const building = one.state === 'building';
  return (
    <Confirm
      title={building ? `Give up ${nameOf(one).toLowerCase()}?` : `Drop ${nameOf(one).toLowerCase()}?`}
      action={building ? 'Give it up' : 'Drop it'}
      busy={props.busy}
      onConfirm={props.onConfirm}
      onClose={props.onClose}
    >
      <p>
        {building
          ? `What was built with ${modelOf(one)} so far is deleted. Documents stay, and searches go on as they are.`
          : `Its passages and its index are deleted, and their disk is free again. Documents stay, and searches go on as they are; but to go back to ${modelOf(one)}, it would have to be built anew.`}
      </p>
    </Confirm>
  );
}
