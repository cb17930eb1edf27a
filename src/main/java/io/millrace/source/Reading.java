package io.millrace.source;

import io.millrace.artifact.ArtifactStore;
import io.millrace.artifact.ArtifactStore.Artifact;
import io.millrace.document.Documents;
import io.millrace.document.Documents.Document;
import io.millrace.document.Documents.Registered;
import io.millrace.document.Documents.Upload;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.source.Connector.Content;
import io.millrace.source.Connector.Item;
import io.millrace.source.Source.OnGone;
import io.millrace.source.SourceItems.Gone;
import io.millrace.source.SourceItems.Known;
import io.millrace.source.SourceItems.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes single files of a source into the documents, or out of them. */
final class Reading {
  private static final Logger LOGGER = LoggerFactory.getLogger(Reading.class);

  private final Source source;
  private final Synchronizer.Request request;
  private final Documents documents;
  private final ArtifactStore artifacts;
  private final SourceItems items;

  Reading(
      Source source,
      Synchronizer.Request request,
      Documents documents,
      ArtifactStore artifacts,
      SourceItems items) {
    this.source = source;
    this.request = request;
    this.documents = documents;
    this.artifacts = artifacts;
    this.items = items;
  }

  Source source() {
    return source;
  }

  Synchronizer.Request request() {
    return request;
  }

  SourceItems items() {
    return items;
  }

  /** What reading one file came to. */
  sealed interface Result {
    /** It is known as it is; {@code waits} when its document is to be brought in. */
    record In(boolean waits) implements Result {}

    /** It is not there any more. */
    record Absent() implements Result {}

    /** It could not be read. */
    record Failed(Problem problem) implements Result {}
  }

  Result read(Connector connector, Item item, @Nullable Known known, long pass) {
    Path file = artifacts.incoming().resolve("source-" + UUID.randomUUID() + ".part");
    try {
      Optional<String> version =
          Optional.ofNullable(known)
              .filter(Known::held)
              .map(Known::version)
              .filter(v -> !v.isEmpty());
      return switch (connector.read(item, version, file)) {
        case Content.Gone() -> new Result.Absent();
        case Content.Unchanged() -> {
          items.seen(pass, List.of(item.key()));
          yield new Result.In(false);
        }
        case Content.Bytes bytes -> register(item, known, bytes, file, pass);
      };
    } catch (ProblemException e) {
      items.failed(pass, item.key(), e.problem().detail());
      return new Result.Failed(e.problem());
    } finally {
      delete(file);
    }
  }

  private Result register(
      Item item, @Nullable Known known, Content.Bytes bytes, Path file, long pass) {
    Artifact artifact = artifacts.put(file).await();
    Registered registered =
        documents
            .register(
                source.owner(),
                new Upload(
                        source.plan().collection(),
                        shortened(bytes.name()),
                        Upload.mediaType(bytes.mediaType()),
                        artifact,
                        Optional.of(bytes.uri()))
                    .tagged(source.plan().tags())
                    .broughtBy(source.id()))
            .await();
    Document document = registered.document();
    boolean waits = document.status() == Documents.Status.PENDING && document.task().isEmpty();
    if (waits) {
      var _ = documents.attachTask(source.owner(), document.id(), request.task()).await();
    }
    Outcome outcome = outcome(known, artifact.id());
    items.read(pass, item.key(), outcome, bytes.version(), artifact.id(), document.id());
    if (known != null && known.gone()) {
      restore(List.of(document.id()));
    }
    return new Result.In(waits);
  }

  private static Outcome outcome(@Nullable Known known, String artifact) {
    if (known == null || known.artifact().isEmpty()) {
      return Outcome.NEW;
    }
    return known.artifact().get().equals(artifact) ? Outcome.UNCHANGED : Outcome.CHANGED;
  }

  /** Names are bounded; the end of a path says more than its beginning. */
  private static String shortened(String name) {
    String plain = name.replaceAll("\\p{Cc}", "_");
    int over = plain.length() - Documents.NAME_LENGTH_MAX;
    return over > 0 ? plain.substring(over) : plain;
  }

  /** Does with the document of a file that went what the source says. */
  void remove(Gone gone) {
    if (!gone.own()) {
      return;
    }
    try {
      switch (source.plan().onGone()) {
        case KEEP -> {}
        case DISABLE -> enable(gone.document(), false);
        case DELETE -> {
          var _ = documents.delete(source.owner(), gone.document()).await();
        }
      }
    } catch (ProblemException e) {
      if (!(e.problem() instanceof Problem.NotFound)) {
        throw e;
      }
      LOGGER.debug("{} was deleted already", gone.document());
    }
  }

  /** Lets search find the documents of files that are there again. */
  void restore(List<String> documentIds) {
    if (source.plan().onGone() == OnGone.DISABLE) {
      documentIds.forEach(id -> enable(id, true));
    }
  }

  private void enable(String document, boolean enabled) {
    var change = new Documents.Change(Optional.of(enabled), Optional.empty());
    var _ = documents.change(source.owner(), document, change).await();
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOGGER.warn("A file that was read in part could not be removed; the next start does", e);
    }
  }
}
