package io.millrace.index;

import io.millrace.document.Generation;

/**
 * The passages of one generation, open for searches, and the model that reads questions to it.
 *
 * @param changes when what searches see last changed
 */
record PassageIndex(
    Generation generation,
    SearchModel model,
    Searches searches,
    PassageSearcher searcher,
    CollectionChanges changes) {
  PassageIndex(
      Generation generation, SearchModel model, Searches searches, CollectionChanges changes) {
    this(generation, model, searches, new PassageSearcher(model), changes);
  }

  /** Stands for all that an answer to {@code asked} rests on: another one when that changed. */
  Version version(SearchPassages asked) {
    return new Version(generation.id(), changes.last(asked));
  }

  /** A generation at a moment. */
  record Version(long generation, long moment) {}
}
