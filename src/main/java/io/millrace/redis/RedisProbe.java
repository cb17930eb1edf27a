package io.millrace.redis;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a Redis server one short question over its socket and blocks for at most a second, before
 * there is a client or an event loop.
 */
final class RedisProbe {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);
  private static final int ANSWER_BYTES_MAX = 4096;

  private static final String PROCESS_ID = "process_id:";

  private RedisProbe() {}

  /** Whether it has loaded its files and answers. */
  static boolean answers(Path socket) {
    return ask(socket, "PING").startsWith("+PONG");
  }

  /** Which process answers there; empty when none does. */
  static Optional<Long> processId(Path socket) {
    return ask(socket, "INFO server")
        .lines()
        .filter(line -> line.startsWith(PROCESS_ID))
        .map(line -> Long.valueOf(line.substring(PROCESS_ID.length()).strip()))
        .findFirst();
  }

  /** The answer's raw text, which comes in one piece as short as it is; empty when none comes. */
  static String ask(Path socket, String command) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Selector selector = Selector.open()) {
      channel.configureBlocking(false);
      channel.write(ByteBuffer.wrap((command + "\r\n").getBytes(StandardCharsets.UTF_8)));
      channel.register(selector, SelectionKey.OP_READ);
      if (selector.select(ANSWER_MAX.toMillis()) == 0) {
        return "";
      }
      ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
      channel.read(answer);
      return StandardCharsets.UTF_8.decode(answer.flip()).toString();
    } catch (IOException _) {
      return ""; // nobody listens there
    }
  }
}
