package io.millrace.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one side did in one round.
 *
 * @param submitted tasks accepted per second
 * @param drained tasks brought to their end per second, nothing being submitted
 * @param submitMicros Redis's processor time for accepting one task, in microseconds
 * @param drainMicros the same, for bringing one to its end
 */
record Life(double submitted, double drained, double submitMicros, double drainMicros) {
  /** Whole lives per second: submit, then drain. */
  double lives() {
    return 1 / (1 / submitted + 1 / drained);
  }

  static Life median(List<Life> rounds) {
    return new Life(
        median(rounds, Life::submitted),
        median(rounds, Life::drained),
        median(rounds, Life::submitMicros),
        median(rounds, Life::drainMicros));
  }

  static <T> double median(List<T> rounds, ToDoubleFunction<T> figure) {
    double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** Times phases of {@code tasks} tasks each, by the clock and by Redis's processor time. */
  static final class Stopwatch {
    private final RedisUnderTest redis;
    private final int tasks;

    Stopwatch(RedisUnderTest redis, int tasks) {
      this.redis = redis;
      this.tasks = tasks;
    }

    Phase time(Runnable work) {
      double cpu = redis.cpuSeconds();
      long from = System.nanoTime();
      work.run();
      double seconds = (System.nanoTime() - from) / 1e9;
      return new Phase(tasks / seconds, (redis.cpuSeconds() - cpu) * 1e6 / tasks);
    }
  }

  /** One phase: tasks per second, and Redis's microseconds per task. */
  record Phase(double perSecond, double micros) {}

  static Life of(Phase submit, Phase drain) {
    return new Life(submit.perSecond(), drain.perSecond(), submit.micros(), drain.micros());
  }
}
