package io.millrace.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.observe.HealthChecks.Health;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

class HealthChecksTest {
  private final HealthChecks checks = new HealthChecks();

  @Test
  void aNeededDependencyThatIsDownMakesTheProcessUnready() {
    checks.need("redis", () -> Future.succeededFuture(Health.up("fine")));
    checks.need("postgres", () -> Future.failedFuture("connection refused"));

    HealthChecks.Report report = checks.look().await();

    assertThat(report.ready()).isFalse();
    assertThat(report.checks().get("postgres")).isEqualTo(Health.down("connection refused"));
    assertThat(report.checks().get("redis").up()).isTrue();
  }

  @Test
  void aShownDependencyMayBeDown() {
    checks.show("gpu", () -> Future.succeededFuture(Health.down("no device")));

    assertThat(checks.look().await().ready()).isTrue();
  }

  @Test
  void aLookThatThrowsIsDown() {
    checks.need(
        "broken",
        () -> {
          throw new IllegalStateException("boom");
        });

    assertThat(checks.look().await().checks().get("broken").up()).isFalse();
  }
}
