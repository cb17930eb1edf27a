import type { Handler } from '../api/client';
import { type Schema, withHandlers } from './schema';

/** What a handler's input looks like; where it names handlers itself, one of these. */
export function inputSchemaOf(handler: Handler | undefined, handlers: readonly Handler[]): Schema {
  // The children of a job have none themselves.
  const names = handlers.filter(({ type }) => type !== 'job').map(({ name }) => name);
  return withHandlers((handler?.inputSchema ?? { type: 'object' }), names);
}
