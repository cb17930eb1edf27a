package io.millrace.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A unix socket in the dress of a TCP socket, whatever address it is told to connect to. */
final class UnixSocket extends Socket {
  private final String path;
  private @Nullable SocketChannel channel;

  UnixSocket(String path) {
    super();
    this.path = path;
  }

  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return Channels.newInputStream(connected());
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return Channels.newOutputStream(connected());
  }

  @Override
  public boolean isConnected() {
    return channel != null;
  }

  @Override
  public boolean isClosed() {
    return channel != null && !channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  // A unix socket has none of TCP's options; setting them must not fail.
  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public void setSoTimeout(int timeoutMs) {}

  @Override
  public int getSoTimeout() {
    return 0;
  }

  @Override
  public void setReceiveBufferSize(int bytes) {}

  @Override
  public void setSendBufferSize(int bytes) {}

  private SocketChannel connected() throws SocketException {
    if (channel == null) {
      throw new SocketException("not connected to " + path);
    }
    return channel;
  }
}
