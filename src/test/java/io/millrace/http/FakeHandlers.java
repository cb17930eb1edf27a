package io.millrace.http;

import io.millrace.handler.HandlerRegistry;
import io.millrace.handler.HandlerView;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Live handlers as the test sets them. */
final class FakeHandlers implements HandlerRegistry {
  private static final String ECHO =
      """
      {"type":"object","additionalProperties":false,"required":["text"],"properties":
      {"text":{"type":"string","maxLength":20000},"a~/b":{"type":"integer"}}}
      """;

  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile int echoWorkers = 1;
  private volatile boolean paused;

  /** Changes how many workers run {@code echo}. */
  void echoWorkers(int count) {
    echoWorkers = count;
    listeners.forEach(Runnable::run);
  }

  @Override
  public Future<List<HandlerView>> list() {
    return Future.succeededFuture(
        List.of(
            new HandlerView(
                "echo", "echo", 1, "Says it back.", "", ECHO, echoWorkers, 8, 60_000, paused),
            new HandlerView(
                "ingest",
                "ingest",
                2,
                "Brings it in.",
                "bge",
                "{\"type\":\"object\"}",
                1,
                2,
                9,
                false)));
  }

  @Override
  public Future<Optional<HandlerView>> find(String name) {
    return list().map(all -> all.stream().filter(view -> view.name().equals(name)).findFirst());
  }

  @Override
  public Future<Optional<HandlerView>> pause(String name, boolean nowPaused) {
    paused = name.equals("echo") ? nowPaused : paused;
    return find(name);
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }
}
