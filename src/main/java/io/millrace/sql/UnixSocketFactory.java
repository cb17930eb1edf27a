package io.millrace.sql;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Connects the JDBC driver to a unix socket with the JDK's own channels; the driver makes one by
 * name, with the socket's path. Only migrations use it, so it leaves out what they do not need:
 * read timeouts.
 */
public final class UnixSocketFactory extends SocketFactory {
  private final String path;

  /** For the socket at {@code path}. */
  public UnixSocketFactory(String path) {
    super();
    this.path = path;
  }

  @Override
  public Socket createSocket() {
    return new UnixSocket(path);
  }

  @Override
  public Socket createSocket(String host, int port) {
    return createSocket();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    return createSocket();
  }

  @Override
  public Socket createSocket(
      InetAddress address, int port, InetAddress localAddress, int localPort) {
    return createSocket();
  }
}
