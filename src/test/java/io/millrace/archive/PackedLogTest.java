package io.millrace.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.task.Payload;
import io.millrace.task.TaskEvent;
import io.millrace.task.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedLogTest {
  private static final TaskId TASK = TaskId.mint(0, Instant.EPOCH, new Random(1));

  private static List<TaskEvent> log(int events, String data) {
    return IntStream.range(0, events)
        .mapToObj(i ->
            new TaskEvent("170000-" + i, TASK, "task.status", new Payload(data), i == events - 1))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{ \"a b\" : \"c  d\" }", "{\"text\":\"привет \r 🙂\\n\"}", "{\"n\": 1}\r"})
  void whatIsPackedIsReadAsItWas(String data) {
    List<TaskEvent> log = log(3, data);

    assertThat(PackedLog.events(TASK, PackedLog.of(log).orElseThrow()))
        .containsExactlyElementsOf(log);
  }

  @Test
  void dataOfSeveralLinesIsKeptAsRows() {
    assertThat(PackedLog.of(log(2, "{\n}"))).isEmpty();
  }

  @Test
  void manyEventsAreKeptAsRows() {
    assertThat(PackedLog.of(log(17, "{}"))).isEmpty();
  }

  @Test
  void muchDataIsKeptAsRows() {
    assertThat(PackedLog.of(log(2, "\"" + "x".repeat(800) + "\""))).isEmpty();
  }
}
