import type { Collection } from '../api/client';
import { Link } from '../app/Link';
import { count, plural } from '../ui/format';
import { Notice } from '../ui/Notice';

/** How many documents are still to be read. */
export function leftOf(collections: readonly Collection[] | undefined): number {
  return collections?.reduce((sum, one) => sum + one.documents - one.ready - one.failed, 0) ?? 0;
}

/** Says that documents are still being read, and how many: what they hold is not found yet. */
export function PendingNotice({ collections }: { collections: readonly Collection[] | undefined }) {
  const held = collections?.reduce((sum, one) => sum + one.documents, 0) ?? 0;
  const left = leftOf(collections);
  if (left <= 0) return null;
  return (
    <Notice>
      Still reading {plural(left, 'document')} of {count(held)}: what {left === 1 ? 'it holds' : 'they hold'} is not
      found yet. <Link href="/tasks?handler=ingest">Watch</Link>
    </Notice>
  );
}
