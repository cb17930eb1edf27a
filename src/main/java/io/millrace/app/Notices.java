package io.millrace.app;

import io.millrace.http.SystemInfo.Notice;
import io.millrace.index.IndexVerticle;
import io.millrace.observe.HealthChecks;
import io.millrace.settings.Role;
import io.millrace.settings.Settings;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** What the pages tell an operator: what is down, and what could be faster. */
final class Notices {
  private static final String DOWN = "It is down; /health on the management port says why.";
  private static final String SLOW =
      "Vector search runs without the processor's vector instructions; start Java with"
          + " --add-modules jdk.incubator.vector, as ./millrace start does.";

  private final HealthChecks health;
  private final boolean slow;

  Notices(HealthChecks health, Settings settings) {
    this.health = health;
    this.slow = settings.plays(Role.INDEX) && !IndexVerticle.hasVectorInstructions();
  }

  /** What should be known now. The reasons stay on the management port: they may name hosts. */
  Future<List<Notice>> now() {
    return health
        .look()
        .map(report -> {
          var notices = new ArrayList<Notice>();
          report
              .checks()
              .forEach((name, found) -> {
                if (!found.up()) {
                  notices.add(new Notice(name, DOWN));
                }
              });
          if (slow) {
            notices.add(new Notice("index", SLOW));
          }
          return List.copyOf(notices);
        });
  }
}
