package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.access.Scope;
import io.millrace.bus.Bus;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.inference.Embed;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassageAnswersTest {
  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, Duration.ofSeconds(30));
  private final Meters meters = new Meters();
  private final Library library = new Library(new MemoryChangeLog());
  private final Follower follower =
      new Follower(
          "passages",
          () -> IndexStore.open(PassageShape.shape(), directory),
          library.log,
          new PassageContent(library),
          Duration.ofSeconds(1),
          InstantSource.system());
  private final PassageAnswers answers =
      new PassageAnswers(
          bus,
          "the-model",
          new Searches(follower, vertx.createSharedWorkerExecutor("test-search", 1)),
          meters);

  @AfterEach
  void close() {
    follower.close();
    meters.close();
    vertx.close().await();
  }

  @Test
  void withAModelBothSidesAreAsked() {
    library.put(Library.document("a").passage("water", 1, 0));
    follow();
    bus.serve(
            Embed.at("the-model"),
            asked ->
                Future.succeededFuture(
                    new Embed.Vectors(Library.MODEL, List.of(new float[] {1, 0}), 3)))
        .await();

    Hits hits = answers.answer(asked("\"water\"")).await();

    assertThat(hits.mode()).isEqualTo(Mode.HYBRID);
    assertThat(hits.notice()).isEmpty();
    assertThat(hits.hits().getFirst().scores()).containsOnlyKeys("fused", "bm25", "cosine");
    assertThat(hits.tookMs()).containsOnlyKeys("embed", "search", "fetch");
    assertThat(meters.scrape()).contains("millrace_index_search_seconds_count{mode=\"hybrid\"} 1");
  }

  @Test
  void withoutAModelWordsAreComparedAndTheAnswerSaysSo() {
    library.put("a", "water");
    follow();

    Hits hits = answers.answer(asked("water")).await();

    assertThat(hits.mode()).isEqualTo(Mode.KEYWORD);
    assertThat(hits.hits()).hasSize(1);
    assertThat(hits.notice().orElseThrow()).contains("only its words");
  }

  @Test
  void aQuestionWithoutWordsSaysSo() {
    follow();

    Hits hits = answers.answer(asked("  ")).await();

    assertThat(hits.hits()).isEmpty();
    assertThat(hits.notice().orElseThrow()).contains("no word");
  }

  @Test
  void beforeTheIndexIsOpenTheAnswerIsUnavailable() {
    assertThatThrownBy(() -> answers.answer(asked("water")).await())
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
  }

  @Test
  void whileTheIndexIsBuiltTheAnswerSaysSo() {
    library.put("a", "water");
    Pause first = follower.step();
    assertThat(first).isEqualTo(Pause.NONE);

    Hits hits = answers.answer(asked("water")).await();

    assertThat(hits.notice().orElseThrow()).contains("being built");
  }

  private void follow() {
    Pause pause = follower.step();
    while (pause.equals(Pause.NONE)) {
      pause = follower.step();
    }
  }

  private static SearchPassages asked(String question) {
    return new SearchPassages(Scope.DEFAULT, question, List.of(), Mode.HYBRID, 10, Filters.NONE);
  }
}
