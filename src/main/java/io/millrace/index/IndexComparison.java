package io.millrace.index;

import io.millrace.archive.ArchivedTasks;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;

/** Holds what lies in an index against what the database says should. */
final class IndexComparison {
  private static final int TASKS_PER_PORTION = 500;
  private static final int DOCUMENTS_PER_PORTION = 200;

  private final IndexReader reader;

  IndexComparison(IndexReader reader) {
    this.reader = reader;
  }

  /**
   * What was found.
   *
   * @param expected how many entities the database has
   * @param missing in the database and not in the index
   * @param extra in the index and not in the database
   * @param different in both, and not the same
   */
  record Found(long expected, Set<String> missing, Set<String> extra, Set<String> different) {
    /** The same without what is about {@code ids}. */
    Found without(Set<String> ids) {
      return new Found(expected, minus(missing, ids), minus(extra, ids), minus(different, ids));
    }

    private static Set<String> minus(Set<String> all, Set<String> ids) {
      var rest = new TreeSet<>(all);
      rest.removeAll(ids);
      return rest;
    }

    /** Whether index and database are the same. */
    boolean isEqual() {
      return missing.isEmpty() && extra.isEmpty() && different.isEmpty();
    }
  }

  /** Compares all stored fields and vectors of all passages. */
  Found passages(PassageContent.Source source) throws IOException {
    var seen = new HashSet<String>();
    var missing = new TreeSet<String>();
    var different = new TreeSet<String>();
    Optional<String> cursor = Optional.empty();
    do {
      List<String> ids = Sources.await(source.searchableIds(cursor, DOCUMENTS_PER_PORTION));
      for (String id : ids) {
        boolean _ = seen.add(id);
        List<String> expected =
            Sources.await(source.indexable(id))
                .map(PassageShape::documents)
                .orElse(List.of())
                .stream()
                .map(IndexComparison::words)
                .sorted()
                .toList();
        List<String> found = entries(PassageShape.key(id));
        if (!found.equals(expected)) {
          boolean _ = (found.isEmpty() ? missing : different).add(id);
        }
      }
      cursor = ids.isEmpty() ? Optional.empty() : Optional.of(ids.getLast());
    } while (cursor.isPresent());
    return new Found(seen.size(), missing, others(PassageShape.DOCUMENT, seen), different);
  }

  /** Looks for all archived tasks; what else there is may be a task that is live. */
  Found tasks(ArchivedTasks archived) throws IOException {
    long expected = 0;
    var missing = new TreeSet<String>();
    Optional<TaskId> cursor = Optional.empty();
    do {
      List<Task> tasks = Sources.await(archived.after(cursor, TASKS_PER_PORTION));
      for (Task task : tasks) {
        expected++;
        if (entries(TaskShape.key(task.id())).size() != 1) {
          boolean _ = missing.add(task.id().value());
        }
      }
      cursor = tasks.isEmpty() ? Optional.empty() : Optional.of(tasks.getLast().id());
    } while (cursor.isPresent());
    return new Found(expected, missing, Set.of(), Set.of());
  }

  /** The entries of one entity, each in words, in order. */
  private List<String> entries(Term key) throws IOException {
    var entries = new ArrayList<String>();
    for (LeafReaderContext leaf : reader.leaves()) {
      PostingsEnum postings = leaf.reader().postings(key, PostingsEnum.NONE);
      if (postings == null) {
        continue;
      }
      for (int doc = postings.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = postings.nextDoc()) {
        if (isLive(leaf.reader(), doc)) {
          entries.add(words(leaf.reader(), doc));
        }
      }
    }
    entries.sort(null);
    return entries;
  }

  private Set<String> others(String field, Set<String> known) throws IOException {
    var others = new TreeSet<String>();
    Terms terms = MultiTerms.getTerms(reader, field);
    if (terms != null) {
      TermsEnum each = terms.iterator();
      for (BytesRef term = each.next(); term != null; term = each.next()) {
        String id = term.utf8ToString();
        if (!known.contains(id) && !entries(new Term(field, id)).isEmpty()) {
          boolean _ = others.add(id);
        }
      }
    }
    return others;
  }

  private static boolean isLive(LeafReader leaf, int doc) {
    return leaf.getLiveDocs() == null || leaf.getLiveDocs().get(doc);
  }

  private static String words(LeafReader leaf, int doc) throws IOException {
    var words = new ArrayList<String>();
    for (IndexableField field : leaf.storedFields().document(doc)) {
      words.add(field.name() + "=" + field.stringValue());
    }
    for (FieldInfo field : leaf.getFieldInfos()) {
      if (field.getVectorDimension() > 0) {
        var vectors = leaf.getFloatVectorValues(field.name);
        var at = vectors.iterator();
        if (at.advance(doc) == doc) {
          words.add(vector(field.name, vectors.vectorValue(at.index())));
        }
      }
    }
    return joined(words);
  }

  private static String words(Document document) {
    var words = new ArrayList<String>();
    for (IndexableField field : document) {
      if (field.fieldType().stored()) {
        words.add(field.name() + "=" + field.stringValue());
      }
      if (field instanceof KnnFloatVectorField vector) {
        words.add(vector(field.name(), vector.vectorValue()));
      }
    }
    return joined(words);
  }

  private static String vector(String field, float[] vector) {
    return field + "#" + Arrays.hashCode(vector);
  }

  private static String joined(List<String> words) {
    words.sort(null);
    return String.join("\n", words);
  }
}
