package io.millrace.process;

import java.io.IOException;
import java.io.StringReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where the engines of a data directory answer, in a small file for local processes that join: it
 * is there while they are ready.
 */
public final class Endpoints {
  private static final String FILE = "endpoints";
  private static final String SOCKET_SUFFIX = ".socket";

  private final Path data;
  private final Map<String, String> entries;

  private Endpoints(Path data, Map<String, String> entries) {
    this.data = data;
    this.entries = Map.copyOf(entries);
  }

  /** Writes the file at once as a whole, when {@code engines} are ready. */
  public static void write(Path data, Iterable<Engine> engines) {
    Map<String, String> entries = new TreeMap<>();
    for (Engine engine : engines) {
      entries.put(engine.name(), engine.uri());
      entries.put(engine.name() + SOCKET_SUFFIX, engine.socket().toString());
    }
    try {
      AtomicFile.write(
          data.resolve(FILE),
          entries.entrySet().stream()
              .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\") + "\n")
              .collect(Collectors.joining()));
    } catch (IOException e) {
      throw new EngineException("cannot write " + data.resolve(FILE) + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the file of {@code data}.
   *
   * @throws EngineException when no process has its engines ready there
   */
  public static Endpoints read(Path data) {
    Properties stored = new Properties();
    try {
      stored.load(new StringReader(Files.readString(data.resolve(FILE))));
    } catch (NoSuchFileException e) {
      throw new EngineException(
          "no Millrace is ready in " + data + "; start one there first, then join it", e);
    } catch (IOException e) {
      throw new EngineException("cannot read " + data.resolve(FILE) + ": " + e.getMessage(), e);
    }
    Map<String, String> entries = new TreeMap<>();
    stored.forEach((key, value) -> entries.put(key.toString(), value.toString()));
    return new Endpoints(data, entries);
  }

  /** Takes the file away, before the engines stop; absent is fine. */
  public static void remove(Path data) {
    try {
      Files.deleteIfExists(data.resolve(FILE));
    } catch (IOException e) {
      throw new EngineException("cannot delete " + data.resolve(FILE) + ": " + e.getMessage(), e);
    }
  }

  /**
   * Where {@code engine} answers; empty when the owner uses a server of its own choice.
   *
   * @throws EngineException when it should answer and does not
   */
  public Optional<String> uri(String engine) {
    Optional<String> uri = Optional.ofNullable(entries.get(engine));
    uri.ifPresent(_ -> checkAnswers(engine));
    return uri;
  }

  private void checkAnswers(String engine) {
    String socket = entries.getOrDefault(engine + SOCKET_SUFFIX, "");
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      // It listens: that is all a newcomer needs to know.
    } catch (IOException e) {
      throw new EngineException(
          "the %s of %s does not answer at %s; start the Millrace there again, then join it"
              .formatted(engine, data, socket),
          e);
    }
  }
}
