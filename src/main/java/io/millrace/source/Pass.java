package io.millrace.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.source.Connector.Item;
import io.millrace.source.Reading.Result;
import io.millrace.source.SourceItems.Gone;
import io.millrace.source.SourceItems.Known;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * One look at everything that a source has, in portions: what is known as it is is noted as seen,
 * the rest read, as long as there is room. Only when all was listed is the rest taken for gone.
 */
final class Pass {
  private static final int PORTION = 200;
  private static final int KEY_BYTES_MAX = 2_048;

  /** So many files in a row that may be readable later mean that the place itself is away. */
  private static final int FAILED_IN_A_ROW_MAX = 20;

  private final Reading reading;
  private final Synchronizer.Progress progress;
  private final BooleanSupplier stopping;
  private final SourceItems items;
  private final Selection selection;
  private final long number;
  private final Set<String> portion = new HashSet<>();
  private final List<Item> waiting = new ArrayList<>();
  private long looked;
  private int toBringIn;
  private int failedInARow;

  Pass(Reading reading, Synchronizer.Progress progress, BooleanSupplier stopping) {
    this.reading = reading;
    this.progress = progress;
    this.stopping = stopping;
    this.items = reading.items();
    this.selection = new Selection(reading.source().plan());
    this.number = items.nextPass();
  }

  /** Whether everything was seen, and what is gone dealt with. */
  boolean run(Connector connector) {
    boolean whole =
        connector.list(item -> {
          if (selection.wants(item.key()) && portion.add(item.key())) {
            waiting.add(item);
          }
          return waiting.size() < PORTION || flush(connector);
        });
    whole &= flush(connector);
    if (!whole) {
      return false;
    }
    if (items.allGone(number)) {
      throw new ProblemException(
          new Problem.Invalid(
              "/source",
              "Nothing is there of what was there before, so nothing was removed. Delete the"
                  + " documents or the source if that is right."));
    }
    removeGone();
    return !items.stale(number);
  }

  /** Deals with what was collected; answers whether there is room for more. */
  private boolean flush(Connector connector) {
    progress.at("list", looked);
    Map<String, Known> known = items.known(portion);
    var settled = new ArrayList<String>();
    var back = new ArrayList<String>();
    var rest = new ArrayList<Item>();
    for (Item item : waiting) {
      Known before = known.get(item.key());
      if (before != null && isSettled(item, before)) {
        settled.add(item.key());
        if (before.gone()) {
          before.document().ifPresent(back::add);
        }
      } else {
        rest.add(item);
      }
    }
    items.seen(number, settled);
    reading.restore(back);
    looked += settled.size();
    for (Item item : rest) {
      if (stopping.getAsBoolean() || toBringIn >= reading.request().filesMax()) {
        return false;
      }
      read(connector, item, known);
    }
    portion.clear();
    waiting.clear();
    return !stopping.getAsBoolean();
  }

  private static boolean isSettled(Item item, Known before) {
    boolean same = item.version().filter(before.version()::equals).isPresent();
    return before.tried() || before.settled() || (same && before.held());
  }

  private void read(Connector connector, Item item, Map<String, Known> known) {
    looked++;
    if (item.key().getBytes(UTF_8).length > KEY_BYTES_MAX || item.key().indexOf('\0') >= 0) {
      return; // No database keeps it; its name is not of this world.
    }
    switch (reading.read(connector, item, known.get(item.key()), number)) {
      case Result.In(boolean waits) -> {
        failedInARow = 0;
        toBringIn += waits ? 1 : 0;
      }
      case Result.Absent() -> failedInARow = 0;
      case Result.Failed(Problem problem) -> {
        failedInARow = problem.retryable() ? failedInARow + 1 : 0;
        if (failedInARow >= FAILED_IN_A_ROW_MAX) {
          throw new ProblemException(problem);
        }
      }
    }
  }

  private void removeGone() {
    String after = "";
    for (List<Gone> some = items.gone(number, after);
        !some.isEmpty();
        some = items.gone(number, after)) {
      some.forEach(reading::remove);
      after = some.getLast().key();
    }
    items.markGone(number);
  }
}
