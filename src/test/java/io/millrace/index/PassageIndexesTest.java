package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changelog.ChangeLog.Kind;
import io.millrace.document.Documents;
import io.millrace.document.Generation;
import io.millrace.document.Generation.State;
import io.millrace.document.Generations;
import io.millrace.index.IndexStatus.Phase;
import io.millrace.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PassageIndexesTest {
  private static final String ASKED_ALL = "all";
  private static final String ASKED_IDS = "searchableIds";

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final MemoryChangeLog changes = new MemoryChangeLog();
  private volatile List<Generation> there = List.of(generation(1, State.LIVE));

  /** What documents there are: none, or nobody says. */
  private volatile Future<List<String>> documents = Future.succeededFuture(List.of());

  private PassageIndexes indexes;

  @AfterEach
  void stop() {
    var _ = indexes.stop().await();
    vertx.close().await();
  }

  @Test
  void whatWasDroppedIsSearchedUntilTheLiveOneIsInStep() {
    indexes = started();
    Await.until("the first to be in step", () -> indexes.status().phase() == Phase.FOLLOWING);
    Promise<List<String>> database = Promise.promise();
    documents = database.future();

    there = List.of(generation(1, State.DROPPING), generation(2, State.LIVE));
    changes.changed(Kind.GENERATION, "2");
    Await.until("the second to be begun", () -> indexes.others().size() == 1);

    assertThat(searched()).isEqualTo(1);

    database.complete(List.of());
    Await.until("the second to be searched", () -> searched() == 2);
  }

  private long searched() {
    return indexes.current().map(index -> index.generation().id()).orElse(0L);
  }

  private PassageIndexes started() {
    var parts =
        new PassageIndexes.Parts(
            vertx,
            directory,
            Duration.ofMillis(100),
            model -> new SearchModel(model, Set.of(), Optional.empty()),
            changes,
            answering(Documents.class, ASKED_IDS, () -> documents),
            answering(Generations.class, ASKED_ALL, () -> Future.succeededFuture(there)),
            vertx.createSharedWorkerExecutor("searches", 1));
    Promise<PassageIndexes> open = Promise.promise();
    vertx.runOnContext(_ -> PassageIndexes.start(parts).onComplete(open));
    return open.future().await();
  }

  /** Answers the one question that is asked here. */
  private static <T> T answering(Class<T> type, String question, Supplier<Future<?>> answer) {
    InvocationHandler answers =
        (_, method, _) -> {
          assertThat(method.getName()).isEqualTo(question);
          return answer.get();
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
  }

  private static Generation generation(long id, State state) {
    return new Generation(
        id, "", 1, state, false, false, Optional.of(0L), Instant.EPOCH, Optional.empty());
  }
}
