package io.millrace.index;

import io.millrace.document.Generation;

/** The passages of one generation, open for searches, and the model that reads questions to it. */
record PassageIndex(
    Generation generation, SearchModel model, Searches searches, PassageSearcher searcher) {
  PassageIndex(Generation generation, SearchModel model, Searches searches) {
    this(generation, model, searches, new PassageSearcher(model));
  }
}
