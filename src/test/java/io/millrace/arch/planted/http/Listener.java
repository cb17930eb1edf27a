package io.millrace.arch.planted.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Planted: a verticle that is not named so, is not final, and waits on an event loop. */
public class Listener extends VerticleBase {
  /** Planted: waits. */
  String waitsFor(Future<String> answer) {
    return answer.await();
  }
}
