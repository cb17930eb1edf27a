package io.millrace.index;

import io.millrace.changelog.ChangeLog;
import io.millrace.document.Documents;
import io.millrace.document.Generation;
import io.millrace.document.Generation.State;
import io.millrace.document.Generations;
import io.millrace.index.IndexStatus.Phase;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes of passages of this process: one for each generation, each in files of its own, each
 * following the change log. Searches see one of them. They see another one from the moment on when
 * that one has reached the place in the log where it became the live one; so every process switches
 * at one place, and the new one has all there is to find. Changed on its context only.
 */
final class PassageIndexes {
  private static final Logger LOG = LoggerFactory.getLogger(PassageIndexes.class);

  /**
   * What was dropped is closed when searches that began before have ended; so long it is searched,
   * too, where the live one is not in step yet.
   */
  private static final Duration SEARCH_MAX = Duration.ofSeconds(15);

  private static final Duration STOP_MAX = Duration.ofSeconds(20);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Parts parts;
  private final Context context;
  private final IndexDirectories directories;
  private final List<Open> leaving = new ArrayList<>();
  private volatile Map<Long, Open> open = Map.of();
  private volatile @Nullable Open current;
  private volatile @Nullable Next next;
  private boolean looking;
  private boolean again;
  private boolean stopped;

  /**
   * What they are wired to.
   *
   * @param models what a search asks, by the name of the model that reads questions
   * @param pool runs searches
   */
  record Parts(
      Vertx vertx,
      Path directory,
      Duration commitEvery,
      Function<String, SearchModel> models,
      ChangeLog changes,
      Documents documents,
      Generations generations,
      WorkerExecutor pool) {}

  /** One that is open, and what keeps it in step. */
  private record Open(PassageIndex index, Follower follower, Pump pump, ChangeLog.Watch watch) {
    long id() {
      return index.generation().id();
    }

    /** Whether it stands at {@code place} in the change log, or beyond. */
    boolean reached(long place) {
      IndexStatus status = follower.status();
      return status.phase() == Phase.FOLLOWING && status.seen() >= place;
    }
  }

  /** What searches are to see once it has reached {@code from}. */
  private record Next(Open open, long from) {}

  private PassageIndexes(Parts parts) {
    this.parts = parts;
    this.context = parts.vertx().getOrCreateContext();
    this.directories = new IndexDirectories(parts.vertx(), parts.directory());
  }

  /** Opens what there is; completes when searches are answered, if only from a part of it. */
  static Future<PassageIndexes> start(Parts parts) {
    var indexes = new PassageIndexes(parts);
    return parts.generations().all().compose(indexes::begin).map(indexes);
  }

  private Future<Void> begin(List<Generation> all) {
    List<Generation> kept = kept(all);
    Set<Long> ids = kept.stream().map(Generation::id).collect(Collectors.toSet());
    return directories
        .retain(ids)
        .compose(_ -> Future.all(kept.stream().map(this::open).toList()))
        .onSuccess(_ -> {
          current = first(kept);
          apply(all);
        })
        .mapEmpty();
  }

  /**
   * What a process that just began shows: the latest that was live when it was last in step, so
   * that nothing is missing while a newer one is still being written.
   */
  private @Nullable Open first(List<Generation> kept) {
    return kept.stream()
        .filter(one -> one.liveFrom().isPresent())
        .sorted(Comparator.comparing((Generation one) -> one.liveFrom().orElse(0L)).reversed())
        .filter(one -> opened(one).reached(one.liveFrom().orElse(0L)))
        .findFirst()
        .map(this::opened)
        .orElse(null);
  }

  private Open opened(Generation generation) {
    Open found = open.get(generation.id());
    if (found == null) {
      throw new IllegalStateException("generation " + generation.id() + " is not open");
    }
    return found;
  }

  private static List<Generation> kept(List<Generation> all) {
    return all.stream().filter(one -> one.state() != State.DROPPING).toList();
  }

  /** Completes when the first step was made. */
  private Future<Void> open(Generation generation) {
    String name = IndexDirectories.name(generation.id());
    var content =
        new PassageContent(
            PassageContent.Source.of(parts.documents(), generation.id()), this::look);
    var follower =
        new Follower(
            name,
            () -> IndexStore.open(PassageShape.shape(), parts.directory().resolve(name)),
            parts.changes(),
            content,
            parts.commitEvery(),
            InstantSource.system());
    var pump = new Pump(parts.vertx(), "millrace-index-" + name, follower::step, follower::close);
    var index =
        new PassageIndex(
            generation,
            parts.models().apply(generation.model()),
            new Searches(follower, parts.pool()),
            content.changes());
    var opened = new Open(index, follower, pump, parts.changes().watch(pump::wake));
    var more = new TreeMap<>(open);
    more.put(generation.id(), opened);
    open = Map.copyOf(more);
    return pump.start();
  }

  /** Looks what generations there are; for any thread. */
  void look() {
    context.runOnContext(_ -> lookNow());
  }

  private void lookNow() {
    if (looking || stopped) {
      again = looking;
      return;
    }
    looking = true;
    Future<List<Generation>> _ =
        parts
            .generations()
            .all()
            .onComplete(found -> {
              looking = false;
              if (found.succeeded() && !stopped) {
                apply(found.result());
              }
              if (found.failed() || open.isEmpty()) {
                parts.vertx().setTimer(RETRY_AFTER.toMillis(), _ -> lookNow());
              } else if (again) {
                again = false;
                lookNow();
              }
            });
  }

  private void apply(List<Generation> all) {
    List<Generation> kept = kept(all);
    for (Generation generation : kept) {
      if (!open.containsKey(generation.id())) {
        LOG.info("The index of generation {} is begun", generation.id());
        Future<Void> _ = open(generation).onFailure(e -> LOG.error("An index was not begun", e));
      }
    }
    kept.stream()
        .filter(one -> one.state() == State.LIVE)
        .findFirst()
        .ifPresent(live -> next = new Next(opened(live), live.liveFrom().orElse(0L)));
    leave(kept.stream().map(Generation::id).collect(Collectors.toSet()));
    Optional<Open> _ = shown();
  }

  private void leave(Set<Long> kept) {
    var left = new TreeMap<>(open);
    left.keySet().retainAll(kept);
    List<Open> gone = open.values().stream().filter(one -> !kept.contains(one.id())).toList();
    open = Map.copyOf(left);
    for (Open one : gone) {
      leaving.add(one);
      parts.vertx().setTimer(SEARCH_MAX.toMillis(), _ -> forget(one));
    }
  }

  private void forget(Open gone) {
    if (!stopped && leaving.remove(gone)) {
      if (gone.equals(current)) {
        current = null; // the live one from now on, as far as it is
      }
      Future<Void> _ =
          close(gone)
              .compose(_ -> directories.delete(gone.id()))
              .onSuccess(_ -> LOG.info("The index of generation {} is gone", gone.id()))
              .onFailure(e -> LOG.warn("An index was not deleted: {}", e.toString()));
    }
  }

  private static Future<Void> close(Open one) {
    one.watch().close();
    return one.pump().stop(STOP_MAX);
  }

  /** Lets all steps end and closes; twice, or before the start, is fine. */
  Future<Void> stop() {
    stopped = true;
    var all = new ArrayList<>(open.values());
    all.addAll(leaving);
    leaving.clear();
    return Future.join(all.stream().map(PassageIndexes::close).toList())
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  /** What searches see now; empty before there is a generation. For any thread. */
  Optional<PassageIndex> current() {
    return shown().map(Open::index);
  }

  private Optional<Open> shown() {
    Open now = current;
    Next then = next;
    if (then != null && (now == null || isAnother(now, then))) {
      if (now != null) {
        LOG.info("Searches see generation {} instead of {}", then.open.id(), now.id());
      }
      current = then.open;
      return Optional.of(then.open);
    }
    return Optional.ofNullable(now);
  }

  private static boolean isAnother(Open now, Next then) {
    return now.id() != then.open.id() && then.open.reached(then.from);
  }

  /** How the one stands that searches see. */
  IndexStatus status() {
    return shown()
        .map(one -> one.follower().status())
        .orElse(new IndexStatus(IndexDirectories.NAME, Phase.OPENING, 0, 0, 0, Optional.empty()));
  }

  /** How the others stand. */
  List<IndexStatus> others() {
    Optional<Open> shown = shown();
    return open.values().stream()
        .filter(one -> shown.map(Open::id).filter(id -> id == one.id()).isEmpty())
        .map(one -> one.follower().status())
        .toList();
  }
}
