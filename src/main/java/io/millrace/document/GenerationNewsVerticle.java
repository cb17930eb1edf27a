package io.millrace.document;

import io.millrace.changelog.ChangeLog;
import io.millrace.document.Generation.State;
import io.millrace.document.Generations.Counted;
import io.millrace.loop.LoopVerticle;
import io.millrace.observe.Outage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the generations when the change log has news, and while one is on its way; once for all
 * who follow in this process, and not at all while nobody does. On a virtual thread.
 */
public final class GenerationNewsVerticle extends LoopVerticle implements GenerationNews {
  private static final Logger LOGGER = LoggerFactory.getLogger(GenerationNewsVerticle.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** Counting very many documents takes at most a fifth of the time. */
  private static final int REST = 5;

  private final Generations generations;
  private final ChangeLog changes;
  private final Outage outage = new Outage(LOGGER, "Telling of generations of the index");
  private final Map<Object, Consumer<List<Counted>>> listeners = new ConcurrentHashMap<>();
  private final AtomicBoolean news = new AtomicBoolean();
  private final AtomicBoolean newcomer = new AtomicBoolean();
  private ChangeLog.@Nullable Watch watch;
  private boolean underWay;
  private List<Generation> seen = List.of();
  private List<Counted> told = List.of();

  /** Looks at {@code generations} when {@code changes} grows. */
  public GenerationNewsVerticle(Generations generations, ChangeLog changes) {
    this.generations = generations;
    this.changes = changes;
  }

  @Override
  public Following follow(Consumer<List<Counted>> listener) {
    var key = new Object();
    listeners.put(key, listener);
    newcomer.set(true);
    return () -> listeners.remove(key);
  }

  @Override
  protected Duration turn() {
    long began = System.nanoTime();
    try {
      if (watch == null) {
        watch = changes.watch(() -> news.set(true));
      }
      if (newcomer.getAndSet(false)) {
        forget();
      }
      if (!listeners.isEmpty() && (news.getAndSet(false) || underWay)) {
        look();
      }
      outage.over();
    } catch (Exception e) {
      // An await throws the failure itself, checked ones included; this loop never ends by one.
      news.set(true);
      outage.on(e);
    }
    Duration rest = Duration.ofNanos(System.nanoTime() - began).multipliedBy(REST);
    return rest.compareTo(LOOK_EVERY) > 0 ? rest : LOOK_EVERY;
  }

  /**
   * What a newcomer saw elsewhere may have come after the last look, and be gone before the next.
   */
  private void forget() {
    seen = List.of();
    told = List.of();
    news.set(true);
  }

  /** Most news is of documents and tasks; counts are taken where they may tell something new. */
  private void look() {
    List<Generation> now = generations.all().await();
    if (now.equals(seen) && now.stream().allMatch(GenerationNewsVerticle::atRest)) {
      return;
    }
    List<Counted> counted = generations.counted().await();
    underWay = counted.stream().anyMatch(GenerationNewsVerticle::moves);
    seen = now;
    if (!counted.equals(told)) {
      told = counted;
      listeners.values().forEach(listener -> listener.accept(counted));
    }
  }

  private static boolean atRest(Generation generation) {
    return switch (generation.state()) {
      case LIVE -> !generation.unfinished();
      case PREVIOUS -> true;
      case BUILDING, DROPPING -> false;
    };
  }

  /** Whether it changes without news of its own, such as a document that fails. */
  private static boolean moves(Counted counted) {
    return counted.generation().state() == State.DROPPING
        || !(atRest(counted.generation()) || counted.ended());
  }

  @Override
  protected void end() {
    if (watch != null) {
      watch.close();
    }
  }
}
