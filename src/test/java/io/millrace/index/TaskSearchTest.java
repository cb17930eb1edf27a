package io.millrace.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.access.Scope;
import io.millrace.problem.ProblemException;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskStatus;
import io.millrace.testing.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskSearchTest {
  @TempDir private Path directory;
  private final TaskDesk desk = new TaskDesk();
  private LiveTasks live = new LiveTasks(desk);
  private Instant now = Instant.EPOCH;
  private Follower follower = follower();

  @AfterEach
  void close() {
    follower.close();
  }

  @Test
  void aWordOfInputOutputOrErrorFindsTheTask() {
    Task byInput = desk.task("echo", TaskStatus.QUEUED, "{\"text\":\"the mill\\nturned\"}");
    Task byOutput = desk.task("echo", TaskStatus.RUNNING, "{}");
    Task byError = desk.task("echo", TaskStatus.RUNNING, "{}");
    desk.archive(byInput);
    desk.archive(
        TaskDesk.ended(
            byOutput, TaskStatus.SUCCEEDED, Optional.of("{\"n\":[\"river\"]}"), Optional.empty()));
    desk.archive(
        TaskDesk.ended(byError, TaskStatus.FAILED, Optional.empty(), Optional.of("Ran dry.")));
    settle();

    assertThat(find("turning")).containsExactly(byInput.id().value());
    assertThat(find("rivers")).containsExactly(byOutput.id().value());
    assertThat(find("dry")).containsExactly(byError.id().value());
    assertThat(find("mill dry")).as("all words must occur").isEmpty();
  }

  @Test
  void namesIdentifiersAndTheIdItselfAreFoundWholeAndInParts() {
    Task task = desk.task("ingest", TaskStatus.QUEUED, "{\"file\":\"Report_2026-final.PDF\"}");
    desk.archive(task);
    settle();

    for (String words :
        List.of("report", "2026", "pdf", "Report_2026-final.PDF", "\"final pdf\"", "ingest")) {
      assertThat(find(words)).as(words).hasSize(1);
    }
    assertThat(find(task.id().value())).hasSize(1);
  }

  @Test
  void pagesGoFromNewToOldWithoutLossOrRepetition() {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 25; i++) {
      Task task = desk.task("echo", TaskStatus.QUEUED, "{\"text\":\"water\"}");
      desk.archive(task);
      ids.addFirst(task.id().value());
      settle();
    }

    var paged = new ArrayList<String>();
    Optional<String> before = Optional.empty();
    List<String> page;
    do {
      page =
          search(
              new SearchTasks(
                  Scope.DEFAULT,
                  "water",
                  none(),
                  none(),
                  Optional.empty(),
                  Optional.empty(),
                  before,
                  7));
      paged.addAll(page);
      before = page.isEmpty() ? before : Optional.of(page.getLast());
    } while (!page.isEmpty());

    assertThat(paged).isEqualTo(ids);
  }

  @Test
  void filtersRestrictAndAnotherTenantSeesNothing() {
    Task echo = desk.task("echo", TaskStatus.QUEUED, "{\"text\":\"water\"}");
    Task embed = desk.task("embed", TaskStatus.RUNNING, "{\"text\":\"water\"}");
    desk.archive(echo);
    desk.archive(embed);
    settle();
    Optional<Instant> middle = Optional.of(embed.createdAt());

    assertThat(filtered(Optional.of("queued"), none(), Optional.empty(), Optional.empty()))
        .containsExactly(echo.id().value());
    assertThat(filtered(none(), Optional.of("embed"), Optional.empty(), Optional.empty()))
        .containsExactly(embed.id().value());
    assertThat(filtered(none(), none(), middle, Optional.empty()))
        .containsExactly(embed.id().value());
    assertThat(filtered(none(), none(), Optional.empty(), middle))
        .containsExactly(echo.id().value());
    assertThat(search(by(new Scope("other", "default", "x"), "water", none()))).isEmpty();
  }

  @Test
  void aLiveTaskIsFoundSoonAfterItsFirstEvent() {
    settle();
    Task task = desk.task("echo", TaskStatus.QUEUED, "{\"text\":\"water\"}");
    desk.alive(task);
    live.changed(TaskDesk.news(task));

    pass(TaskContent.LIVE_EVERY);

    assertThat(find("water")).containsExactly(task.id().value());
  }

  @Test
  void aTaskThatWasReleasedBeforeItsTurnCostsNothing() {
    settle();
    Task task = desk.task("echo", TaskStatus.QUEUED, "{\"text\":\"water\"}");
    live.changed(TaskDesk.news(task));

    pass(TaskContent.LIVE_EVERY);

    assertThat(find("water")).isEmpty();
  }

  @Test
  void aTaskThatEndedBeforeItsTurnIsLeftToTheChangeLog() {
    settle();
    Task task = desk.task("echo", TaskStatus.RUNNING, "{\"text\":\"water\"}");
    Task ended = TaskDesk.ended(task, TaskStatus.SUCCEEDED, Optional.empty(), Optional.empty());
    desk.alive(ended);
    live.changed(TaskDesk.news(task));
    live.changed(TaskDesk.news(ended));

    pass(TaskContent.LIVE_EVERY);
    assertThat(find("water")).isEmpty();

    desk.archive(ended);
    settle();
    assertThat(find("water")).containsExactly(task.id().value());
  }

  @Test
  void theArchivedFormReplacesTheLiveOne() {
    Task task = desk.task("echo", TaskStatus.RUNNING, "{\"text\":\"water\"}");
    desk.alive(task);
    live.changed(TaskDesk.news(task));
    settle();
    desk.archive(TaskDesk.ended(task, TaskStatus.SUCCEEDED, Optional.empty(), Optional.empty()));
    live.changed(TaskDesk.news(task));

    pass(TaskContent.LIVE_EVERY);

    assertThat(filtered(Optional.of("running"), none(), Optional.empty(), Optional.empty()))
        .isEmpty();
    assertThat(filtered(Optional.of("succeeded"), none(), Optional.empty(), Optional.empty()))
        .hasSize(1);
  }

  @Test
  void aDeadTaskThatRunsAgainIsNotShownDeadByItsOldRow() {
    Task task = desk.task("echo", TaskStatus.RUNNING, "{\"text\":\"water\"}");
    desk.archive(TaskDesk.ended(task, TaskStatus.DEAD, Optional.empty(), Optional.of("boom")));
    desk.alive(task);

    settle();

    assertThat(filtered(Optional.of("running"), none(), Optional.empty(), Optional.empty()))
        .hasSize(1);
  }

  @Test
  void aPurgedTaskIsNoLongerFound() {
    Task task = desk.task("echo", TaskStatus.FAILED, "{\"text\":\"water\"}");
    desk.archive(task);
    settle();
    desk.purge(task.id());

    settle();

    assertThat(find("water")).isEmpty();
  }

  @Test
  void afterTheDirectoryWasDeletedLiveAndArchivedTasksAreFoundAgain() throws IOException {
    Task old = desk.task("echo", TaskStatus.FAILED, "{\"text\":\"water\"}");
    Task running = desk.task("echo", TaskStatus.RUNNING, "{\"text\":\"water\"}");
    desk.archive(old);
    desk.alive(running);
    settle();
    follower.close();
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    live = new LiveTasks(desk);
    follower = follower();

    settle();

    assertThat(find("water")).containsExactly(running.id().value(), old.id().value());
  }

  @Test
  void whenMoreChangesThanAreRememberedLiveTasksAreListedInstead() {
    settle();
    Task task = desk.task("echo", TaskStatus.QUEUED, "{\"text\":\"water\"}");
    desk.alive(task);
    live.changed(TaskDesk.news(task));
    for (int i = 0; i < LiveTasks.PENDING_MAX; i++) {
      live.changed(TaskDesk.news(desk.task("echo", TaskStatus.QUEUED, "{}")));
    }

    pass(TaskContent.LIVE_EVERY);

    assertThat(find("water")).containsExactly(task.id().value());
  }

  @Test
  void noQuestionCanBreakASearchButAForeignCursorIsRefused() {
    desk.archive(desk.task("echo", TaskStatus.QUEUED, "{\"text\":\"water AND (stone\"}"));
    settle();

    Seeds.check(random -> {
      var question = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        question.append(
            (char) (random.nextBoolean() ? random.nextInt(127) : random.nextInt(65536)));
      }
      assertThat(find(question.toString())).as("<%s>", question).isNotNull();
    });
    assertThatThrownBy(() -> search(by(Scope.DEFAULT, "water", Optional.of("nonsense"))))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void vectorsInAResultAreNotIndexedAndTextIsBounded() {
    Task task = desk.task("embed", TaskStatus.RUNNING, "not json at all");
    Task ended =
        TaskDesk.ended(
            task,
            TaskStatus.SUCCEEDED,
            Optional.of(
                "{\"rows\":[[0.125,0.25]],\"tokens\":42,\"t\":\"" + "x ".repeat(90_000) + "\"}"),
            Optional.empty());

    String text = TaskShape.text(ended);

    assertThat(text).contains("not json at all", "42").doesNotContain("0.125");
    assertThat(text.length()).isLessThanOrEqualTo(TaskShape.TEXT_LENGTH_MAX + 1);
  }

  @Test
  void orderFollowsTheMomentAndNotTheShard() {
    var random = new java.util.Random(1);
    TaskId older = TaskId.mint(9, Instant.ofEpochMilli(1_000), random);
    TaskId newer = TaskId.mint(1, Instant.ofEpochMilli(2_000), random);

    assertThat(TaskShape.order(older)).isLessThan(TaskShape.order(newer));
  }

  private Follower follower() {
    return new Follower(
        "tasks",
        () -> IndexStore.open(TaskShape.shape(), directory),
        desk.log,
        new TaskContent(desk, live, () -> now),
        Duration.ofSeconds(1),
        () -> now);
  }

  private void settle() {
    Pause pause = follower.step();
    while (pause.equals(Pause.NONE)) {
      pause = follower.step();
    }
  }

  private void pass(Duration time) {
    now = now.plus(time);
    settle();
  }

  private List<String> find(String words) {
    return search(by(Scope.DEFAULT, words, none()));
  }

  private List<String> filtered(
      Optional<String> status,
      Optional<String> handler,
      Optional<Instant> from,
      Optional<Instant> to) {
    return search(new SearchTasks(Scope.DEFAULT, "water", status, handler, from, to, none(), 50));
  }

  private static SearchTasks by(Scope asker, String words, Optional<String> before) {
    return new SearchTasks(
        asker, words, none(), none(), Optional.empty(), Optional.empty(), before, 50);
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private List<String> search(SearchTasks asked) {
    try {
      return follower
          .store()
          .orElseThrow()
          .search(index -> new TaskSearcher().search(index, asked).ids());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
