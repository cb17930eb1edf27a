package io.millrace.dispatch;

import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.RetryPolicy;
import io.millrace.queue.RateLimits.Rate;
import io.millrace.task.Payload;
import java.time.Duration;
import java.util.Optional;

/** Declarations for tests. */
final class HandlerDeclarations {
  private HandlerDeclarations() {}

  static HandlerDeclaration plain(String name) {
    return of(name, Optional.empty());
  }

  static HandlerDeclaration limited(String name, Rate rate) {
    return of(name, Optional.of(rate));
  }

  private static HandlerDeclaration of(String name, Optional<Rate> rate) {
    return new HandlerDeclaration(
        name,
        "test",
        Optional.empty(),
        "",
        1,
        4,
        rate,
        Duration.ofSeconds(15),
        Duration.ofMinutes(1),
        RetryPolicy.DEFAULT,
        Payload.EMPTY);
  }
}
