package io.millrace.dispatch;

import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.RetryPolicy;
import io.millrace.task.Payload;
import java.time.Duration;
import java.util.Optional;

/** Declarations for tests. */
final class HandlerDeclarations {
  private HandlerDeclarations() {}

  static HandlerDeclaration plain(String name) {
    return new HandlerDeclaration(
        name,
        "test",
        Optional.empty(),
        "",
        1,
        4,
        Duration.ofSeconds(15),
        Duration.ofMinutes(1),
        RetryPolicy.DEFAULT,
        Payload.EMPTY);
  }
}
