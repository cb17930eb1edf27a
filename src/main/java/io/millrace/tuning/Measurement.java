package io.millrace.tuning;

import io.millrace.access.Scope;
import io.millrace.bus.Bus;
import io.millrace.index.SearchPassages;
import io.millrace.index.SearchPassages.Explanation;
import io.millrace.index.SearchPassages.Filters;
import io.millrace.index.SearchPassages.Hit;
import io.millrace.index.SearchPassages.Hits;
import io.millrace.index.SearchPassages.Mode;
import io.millrace.index.SearchPassages.Options;
import io.millrace.tuning.TestRun.Answer;
import io.millrace.tuning.TestRun.Judged;
import io.millrace.tuning.TestRun.Question;
import io.millrace.tuning.TestRun.Result;
import io.millrace.tuning.TestRun.Top;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Asks the queries of a run and keeps what they find. Answers are kept as they come, so a run that
 * was killed goes on where it stopped. Blocks; to be called on a virtual thread.
 */
public final class Measurement {
  private static final int AT_A_TIME = 4;
  private static final int TOP = 10;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  /** How often a run asks anew where less was done than asked for: a model may be loading. */
  private static final int SECOND_ASKS_MAX = 5;

  private final TestRuns runs;
  private final Bus bus;

  /** Asks whoever serves the index on {@code bus}. */
  public Measurement(TestRuns runs, Bus bus) {
    this.runs = runs;
    this.bus = bus;
  }

  /**
   * Runs {@code run} to its end, and answers its figures; empty when it was stopped before.
   *
   * @param progress hears how many queries were asked
   */
  public Optional<Result> run(TestRun run, IntConsumer progress, BooleanSupplier stopping) {
    var asking = new Asking(run);
    List<Question> open =
        runs.questions(run.owner(), run.id()).await().stream()
            .filter(question -> question.answer().isEmpty())
            .toList();
    int answered = run.queries() - open.size();
    for (int from = 0; from < open.size(); from += AT_A_TIME) {
      progress.accept(answered + from);
      if (stopping.getAsBoolean()) {
        return Optional.empty();
      }
      List<Question> some = open.subList(from, Math.min(open.size(), from + AT_A_TIME));
      var _ = runs.keep(run.id(), asking.answers(some)).await();
    }
    progress.accept(run.queries());
    Result result = asking.result(runs.questions(run.owner(), run.id()).await());
    var _ = runs.end(run.id(), result).await();
    return Optional.of(result);
  }

  /** One run on its way. */
  private final class Asking {
    private final TestRun run;
    private final int modelsWanted;
    private final Set<String> models = new TreeSet<>();
    private int secondAsks = SECOND_ASKS_MAX;

    Asking(TestRun run) {
      this.run = run;
      modelsWanted =
          (run.settings().mode() == Mode.KEYWORD ? 0 : 1)
              + (run.settings().rerank().isPresent() ? 1 : 0);
    }

    Map<Integer, Answer> answers(List<Question> questions) {
      List<Future<Hits>> asked = questions.stream().map(this::ask).toList();
      List<Hits> found = Future.all(asked).await().list();
      var answers = new HashMap<Integer, Answer>();
      for (int i = 0; i < questions.size(); i++) {
        Hits hits = found.get(i);
        while (hits.notice().isPresent() && secondAsks-- > 0) {
          hits = ask(questions.get(i)).await();
        }
        Answer answer = answer(questions.get(i), hits);
        models.addAll(answer.models());
        answers.put(questions.get(i).ordinal(), answer);
      }
      return answers;
    }

    private Future<Hits> ask(Question question) {
      return bus.ask(SearchPassages.ADDRESS, search(question), ANSWER_MAX);
    }

    private SearchPassages search(Question question) {
      var settings = run.settings();
      Scope asker = run.owner();
      return new SearchPassages(
          asker,
          question.text(),
          run.collection().stream().toList(),
          settings.mode(),
          Figures.DEPTH,
          Filters.NONE,
          new Options(
              1,
              settings.fusion(),
              settings.vectorWeight(),
              settings.rerank(),
              false,
              // Explaining takes time, and only the names of the models are of use here.
              models.size() < modelsWanted));
    }

    Result result(List<Question> questions) {
      List<Answer> answers =
          questions.stream().map(Question::answer).flatMap(Optional::stream).toList();
      answers.forEach(answer -> models.addAll(answer.models()));
      List<String> notices =
          answers.stream().map(Answer::notice).flatMap(Optional::stream).toList();
      return new Result(
          Figures.mean(questions.stream().map(Question::figures).toList()),
          List.copyOf(models),
          notices.size(),
          notices.stream().findFirst());
    }
  }

  private static Answer answer(Question question, Hits hits) {
    List<Top> ranking =
        hits.hits().stream()
            .map(hit -> new Top(hit.documentId(), hit.collection(), hit.documentName()))
            .toList();
    return new Answer(
        question.expected().stream().map(one -> rank(one, hits.hits())).toList(),
        ranking.subList(0, Math.min(TOP, ranking.size())),
        models(hits),
        hits.notice());
  }

  private static int rank(Judged expected, List<Hit> ranking) {
    return 1
        + IntStream.range(0, ranking.size())
            .filter(i ->
                ranking.get(i).collection().equals(expected.collection())
                    && ranking.get(i).documentName().equals(expected.document()))
            .findFirst()
            .orElse(-1);
  }

  private static List<String> models(Hits hits) {
    Optional<Explanation> how = hits.explanation();
    return Stream.concat(
            how.flatMap(Explanation::model).stream(), how.flatMap(Explanation::reranker).stream())
        .toList();
  }
}
