package io.millrace.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Asks a Redis on a unix socket one short question, as a person with telnet would. */
public final class RedisText {
  private RedisText() {}

  /**
   * Waits until all that was acknowledged is in the append-only file: while it is synced to the
   * disk, Redis keeps up to two seconds of writes in its memory.
   */
  public static void awaitWritten(String uri) {
    Await.until(
        "the file to be written",
        () -> ask(uri, "INFO persistence").contains("aof_buffer_length:0\r"));
  }

  /** The raw answer to {@code command}, such as {@code +OK}. */
  public static String ask(String uri, String command) {
    var address = UnixDomainSocketAddress.of(uri.substring("unix://".length()));
    try (SocketChannel channel = SocketChannel.open(address)) {
      channel.write(ByteBuffer.wrap((command + "\r\n").getBytes(StandardCharsets.UTF_8)));
      ByteBuffer answer = ByteBuffer.allocate(4096);
      channel.read(answer);
      return StandardCharsets.UTF_8.decode(answer.flip()).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
