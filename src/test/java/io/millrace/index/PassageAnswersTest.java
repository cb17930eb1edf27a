package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.access.Scope;
import io.millrace.bus.Bus;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Fusing;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.index.SearchPassages.Options;
import io.millrace.inference.Embed;
import io.millrace.inference.Rerank;
import io.millrace.inference.Timing;
import io.millrace.observe.Meters;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassageAnswersTest {
  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx, Duration.ofSeconds(30));
  private final Meters meters = new Meters();
  private final Library library = new Library(new MemoryChangeLog());
  private final PassageContent content = new PassageContent(library);
  private final Follower follower =
      new Follower(
          "passages",
          () -> IndexStore.open(PassageShape.shape(), directory),
          library.log,
          content,
          Duration.ofSeconds(1),
          InstantSource.system());
  private final Instant now = Instant.EPOCH;
  private final PassageIndex index =
      new PassageIndex(
          Library.LIVE,
          Library.SEARCH,
          new Searches(follower, vertx.createSharedWorkerExecutor("test-search", 1)),
          content.changes());
  private final PassageAnswers answers =
      new PassageAnswers(bus, () -> Optional.of(index), () -> now, meters);

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

    Hits hits = answers.answer(asked("clear \"water\"")).await();

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

  @Test
  void whatIsQuotedOrAnIdentifierNeedsNoModel() {
    library.put("a", "the water wheel of disk.cfg");
    follow();

    for (String question : List.of("\"water wheel\"", "disk.cfg")) {
      Hits hits = answers.answer(explained(question)).await();

      assertThat(hits.hits()).as(question).hasSize(1);
      assertThat(hits.mode()).isEqualTo(Mode.KEYWORD);
      assertThat(hits.notice()).as("no model was missed").isEmpty();
      assertThat(hits.explanation().orElseThrow().path()).isPresent();
    }
  }

  @Test
  void theSameQuestionIsAnsweredFromMemoryUntilTheIndexChanges() {
    library.put("a", "water");
    follow();

    Hits first = answers.answer(keyword("water")).await();
    Hits second = answers.answer(keyword("water")).await();
    library.put("b", "more water");
    follow();
    Hits third = answers.answer(keyword("water")).await();

    assertThat(first.tookMs()).doesNotContainKey("cache");
    assertThat(second.tookMs()).containsOnlyKeys("cache");
    assertThat(second.hits()).isEqualTo(first.hits());
    assertThat(third.hits()).hasSize(2);
    assertThat(meters.scrape())
        .contains("millrace_search_cache_hits_total 1")
        .contains("millrace_search_cache_misses_total 2");
  }

  @Test
  void aChangeElsewhereLeavesAnswersInMemory() {
    library.put("a", "water");
    follow();
    Hits first = answers.answer(onShelf("water")).await();

    library.put(Library.document("b").collection("attic").passages("more water"));
    library.put(Library.document("c").owner(stranger()).passages("their water"));
    follow();

    assertThat(answers.answer(onShelf("water")).await().tookMs()).containsOnlyKeys("cache");
    assertThat(answers.answer(keyword("water")).await().hits()).hasSize(2);
    assertThat(first.hits()).hasSize(1);
  }

  @Test
  void whatLeavesACollectionIsNoLongerAnsweredFromMemory() {
    library.put("a", "water");
    library.put("b", "water");
    follow();
    assertThat(answers.answer(onShelf("water")).await().hits()).hasSize(2);

    library.put(Library.document("a").collection("attic").passages("water"));
    follow();
    assertThat(answers.answer(onShelf("water")).await().hits()).hasSize(1);

    library.remove("b");
    follow();
    assertThat(answers.answer(onShelf("water")).await().hits()).isEmpty();
  }

  @Test
  void anAnswerThatAChangeOvertookIsNotGivenAgain() throws Exception {
    library.put(Library.document("a").passage("clear water", 1, 0));
    follow();
    var asking = new CountDownLatch(1);
    Promise<Embed.Vectors> vector = Promise.promise();
    bus.serve(
            Embed.at("the-model"),
            asked -> {
              asking.countDown();
              return vector.future();
            })
        .await();
    Future<Hits> overtaken = answers.answer(asked("clear water"));
    asking.await();

    library.put(Library.document("b").passage("clear water", 1, 0));
    follow();
    vector.complete(new Embed.Vectors(Library.MODEL, List.of(new float[] {1, 0}), 3));
    Hits _ = overtaken.await();

    assertThat(answers.answer(asked("clear water")).await().tookMs()).doesNotContainKey("cache");
  }

  @Test
  void anAnswerThatMissedWhatWasPublishedIsNotGivenAgain() {
    follow();
    library.put("a", "water");
    follow();
    library.put(Library.document("b").collection("attic").passages("stone"));
    library.down(true);
    Pause _ = follower.step();
    assertThat(answers.answer(onShelf("water")).await().hits()).as("a step failed").isEmpty();

    library.down(false);
    follow();

    assertThat(answers.answer(onShelf("water")).await().hits()).hasSize(1);
  }

  @Test
  void whatIsBuiltAnewIsNotAnsweredFromMemory() {
    library.put("a", "water");
    follow();
    Hits _ = answers.answer(onShelf("water")).await();
    library.forget("a");
    library.log.anotherDatabase();
    follow();

    assertThat(answers.answer(onShelf("water")).await().hits()).isEmpty();
  }

  @Test
  void aRerankerOrdersTheBestAnew() {
    library.put("a", "water water water");
    library.put("b", "water and what was meant");
    follow();
    bus.serve(
            Rerank.at("cross"),
            asked ->
                Future.succeededFuture(
                    new Rerank.Scores(
                        "cross-1",
                        asked.documents().stream()
                            .map(text -> text.contains("meant") ? 0.9 : 0.1)
                            .toList(),
                        3,
                        Timing.NONE)))
        .await();

    Hits hits = answers.answer(reranked("water", "cross")).await();

    assertThat(hits.hits()).extracting(Hit::documentId).containsExactly("b", "a");
    assertThat(hits.hits().getFirst().scores()).containsEntry("rerank", 0.9);
    assertThat(hits.tookMs()).containsKey("rerank");
    assertThat(hits.explanation().orElseThrow().reranker()).contains("cross-1");
  }

  @Test
  void withoutARerankerTheOrderStaysAndTheAnswerSaysSo() {
    library.put("a", "water");
    follow();

    assertThat(answers.answer(reranked("water", Options.ANY_RERANKER)).await().notice())
        .hasValueSatisfying(notice -> assertThat(notice).contains("No model that reranks"));
    assertThat(answers.answer(reranked("water", "away")).await().notice())
        .hasValueSatisfying(notice -> assertThat(notice).contains("did not answer"));
  }

  @Test
  void aModelThatDoesNotExistIsRefused() {
    library.put("a", "water");
    follow();
    bus.serve(
            Rerank.at("nobody"),
            _ -> Future.failedFuture(new ProblemException(new Problem.NotFound("no such model"))))
        .await();

    assertThatThrownBy(() -> answers.answer(reranked("water", "nobody")).await())
        .isInstanceOfSatisfying(
            ProblemException.class,
            e ->
                assertThat(e.problem())
                    .isInstanceOfSatisfying(
                        Problem.Invalid.class,
                        wrong -> assertThat(wrong.pointer()).isEqualTo("/rerank")));
  }

  private static SearchPassages keyword(String question) {
    return with(question, Mode.KEYWORD, Options.DEFAULT);
  }

  private static SearchPassages onShelf(String question) {
    return new SearchPassages(
        Scope.DEFAULT, question, List.of("shelf"), Mode.KEYWORD, 10, Filters.NONE);
  }

  private static Scope stranger() {
    return new Scope("other", "default", "anonymous");
  }

  private static SearchPassages explained(String question) {
    return with(
        question, Mode.HYBRID, new Options(3, Fusing.SCORES, Optional.empty(), false, true));
  }

  private static SearchPassages reranked(String question, String model) {
    return with(
        question, Mode.KEYWORD, new Options(3, Fusing.SCORES, Optional.of(model), false, true));
  }

  private static SearchPassages with(String question, Mode mode, Options options) {
    return new SearchPassages(Scope.DEFAULT, question, List.of(), mode, 10, Filters.NONE, options);
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
