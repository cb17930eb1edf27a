package io.millrace.testing;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/** Reads one event stream as a browser does; a thread of its own feeds what came to the test. */
public final class EventReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Set<String> STANDING = Set.of("ping", "handlers", "generations");

  private final HttpResponse<InputStream> response;
  private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();

  /** One frame with data. */
  public record Frame(Optional<String> id, String event, String data) {
    /** The data as a JSON object. */
    public JsonObject json() {
      return new JsonObject(data);
    }
  }

  /** What the reading thread hands over: a frame, the end, or what went wrong. */
  private record Item(Optional<Frame> frame, Optional<Throwable> failure) {}

  EventReader(HttpClient client, HttpRequest request, BiConsumer<String, Frame> check) {
    try {
      response =
          client
              .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException("no stream at " + request.uri(), e);
    }
    Thread.ofVirtual().start(() -> read(request.uri().getRawPath(), check));
  }

  /** The status of the answer. */
  public int status() {
    return response.statusCode();
  }

  /** The first value of a header of the answer. */
  public Optional<String> header(String name) {
    return response.headers().firstValue(name);
  }

  private void read(String path, BiConsumer<String, Frame> check) {
    try (var lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      var block = new ArrayList<String>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isEmpty()) {
          block.add(line);
          continue;
        }
        Optional<Frame> frame = frame(block);
        if (frame.isPresent() && response.statusCode() == 200) {
          check.accept(path, frame.get());
          items.add(new Item(frame, Optional.empty()));
        }
        block.clear();
      }
      items.add(new Item(Optional.empty(), Optional.empty()));
    } catch (IOException | RuntimeException | AssertionError e) {
      items.add(new Item(Optional.empty(), Optional.of(e)));
    }
  }

  /** The frames with data of a stream that has ended. */
  static List<Frame> frames(String text) {
    return List.of(text.split("\n\n", -1)).stream()
        .map(block -> frame(block.lines().toList()))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<Frame> frame(List<String> block) {
    Optional<String> id = Optional.empty();
    String event = "message";
    String data = "";
    for (String line : block) {
      if (line.startsWith("id: ")) {
        id = Optional.of(line.substring(4));
      } else if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      }
    }
    return data.isEmpty() ? Optional.empty() : Optional.of(new Frame(id, event, data));
  }

  /**
   * The next frame that is neither a ping nor says how handlers or generations stand; empty at the
   * end. Fails when only those come for a while.
   */
  public Optional<Frame> next() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<Frame> frame = nextOfAnyKind();
      if (frame.isEmpty() || !STANDING.contains(frame.get().event())) {
        return frame;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("nothing but " + frame.get() + " comes");
      }
    }
  }

  /** The next frame of a kind, whatever comes before it. */
  public Frame nextOfKind(String event) {
    Frame frame = nextOfAnyKind().orElseThrow();
    while (!frame.event().equals(event)) {
      frame = nextOfAnyKind().orElseThrow();
    }
    return frame;
  }

  /** The next frame; empty at the end. Fails after a while without any. */
  public Optional<Frame> nextOfAnyKind() {
    try {
      Item item = items.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (item == null) {
        throw new AssertionError("no frame came");
      }
      item.failure()
          .ifPresent(failure -> {
            throw new AssertionError(failure);
          });
      return item.frame();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All further frames up to the end, without pings and handlers. */
  public List<Frame> rest() {
    var all = new ArrayList<Frame>();
    for (Optional<Frame> frame = next(); frame.isPresent(); frame = next()) {
      all.add(frame.get());
    }
    return all;
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
