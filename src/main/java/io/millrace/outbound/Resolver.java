package io.millrace.outbound;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;

/** Finds the addresses of a host's name. */
interface Resolver {
  /** All of them, the best first; fails when there is none. */
  Future<List<InetAddress>> resolve(String host);
}
