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
