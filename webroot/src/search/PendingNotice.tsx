import type { Collection } from '../api/client';
import { Link } from '../app/Link';
import { count, plural } from '../ui/format';
import { Notice } from '../ui/Notice';

/** Says that documents are still being read, and how many: what they hold is not found yet. */
export function PendingNotice({ collections }: { collections: readonly Collection[] | undefined }) {
  const sum = (of: (one: Collection) => number) => collections?.reduce((all, one) => all + of(one), 0) ?? 0;
  const held = sum((one) => one.documents);
  const left = held - sum((one) => one.ready + one.failed);
  if (left <= 0) return null;
  return (
    <Notice>
      Still reading {plural(left, 'document')} of {count(held)}: what {left === 1 ? 'it holds' : 'they hold'} is not
      found yet. <Link href="/tasks?handler=ingest">Watch</Link>
    </Notice>
  );
}
