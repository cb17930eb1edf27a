package io.millrace.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Everything this process counts, for Prometheus. Names are {@code millrace_<package>_<what>}, but
 * for the {@code message} ones, which dashboards of queues know.
 */
public final class Meters implements AutoCloseable {
  private static final Duration FASTEST = Duration.ofNanos(100_000);
  private static final Duration SLOWEST = Duration.ofMinutes(5);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Map<String, List<Supplier<Number>>> parts = new ConcurrentHashMap<>();

  /** Counts the process itself from the start: memory, collections, threads, processor. */
  public Meters() {
    new JvmMemoryMetrics().bindTo(registry);
    collections.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** Adds one to a counter; {@code tags} are names and values in turn. */
  public void count(String name, String... tags) {
    count(name, 1, tags);
  }

  /** Adds {@code amount} to a counter. */
  public void count(String name, double amount, String... tags) {
    Counter.builder(name)
        .description(MetricHelp.of(name))
        .tags(tags)
        .register(registry)
        .increment(amount);
  }

  /** Adds one duration to a histogram in seconds. */
  public void record(String name, Duration duration, String... tags) {
    Timer.builder(name)
        .description(MetricHelp.of(name))
        .tags(tags)
        .serviceLevelObjectives(bounds())
        .minimumExpectedValue(FASTEST)
        .maximumExpectedValue(SLOWEST)
        .register(registry)
        .record(duration);
  }

  /** Adds one number to a histogram with these bounds. */
  public void observe(String name, double amount, double[] bounds, String... tags) {
    DistributionSummary.builder(name)
        .description(MetricHelp.of(name))
        .tags(tags)
        .serviceLevelObjectives(bounds)
        .register(registry)
        .record(amount);
  }

  /** Shows a number that is asked for whenever metrics are read; registering again replaces it. */
  public void gauge(String name, Supplier<Number> value, String... tags) {
    var builder = Gauge.builder(name, value).description(MetricHelp.of(name)).tags(tags);
    var id =
        new io.micrometer.core.instrument.Meter.Id(
            name,
            io.micrometer.core.instrument.Tags.of(tags),
            null,
            null,
            io.micrometer.core.instrument.Meter.Type.GAUGE);
    registry.remove(id);
    builder.strongReference(true).register(registry);
  }

  /** Adds a part to a number that is shown as the sum of its parts, such as one per event loop. */
  public void part(String name, Supplier<Number> part) {
    parts
        .computeIfAbsent(
            name,
            _ -> {
              var all = new CopyOnWriteArrayList<Supplier<Number>>();
              gauge(name, () -> all.stream().mapToDouble(one -> one.get().doubleValue()).sum());
              return all;
            })
        .add(part);
  }

  /** All of it in the text form of Prometheus. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }

  private static Duration[] bounds() {
    return new Duration[] {
      Duration.ofMillis(1),
      Duration.ofMillis(2),
      Duration.ofMillis(5),
      Duration.ofMillis(10),
      Duration.ofMillis(25),
      Duration.ofMillis(50),
      Duration.ofMillis(100),
      Duration.ofMillis(250),
      Duration.ofMillis(500),
      Duration.ofSeconds(1),
      Duration.ofMillis(2_500),
      Duration.ofSeconds(5),
      Duration.ofSeconds(10),
      Duration.ofSeconds(30),
      Duration.ofMinutes(1)
    };
  }
}
