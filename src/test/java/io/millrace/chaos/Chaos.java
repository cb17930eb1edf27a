package io.millrace.chaos;

import io.millrace.chaos.Observations.Event;
import io.millrace.chaos.Verdict.Kind;
import io.millrace.chaos.Verdict.Wrong;
import io.millrace.process.FileTree;
import io.millrace.testing.Await;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The harness that proves that no work is lost: see {@link Options#USAGE}, and docs/reliability.md.
 * Exits with 1 when anything was lost, doubled, or seen wrongly.
 */
public final class Chaos {
  private static final Duration DRAINED_WITHIN = Duration.ofMinutes(10);
  private static final int SHOWN_MAX = 20;
  private static final int FEED_READERS = 2;

  private final Options options;
  private final Path work;
  private final PrintStream out;
  private final Injected injected = new Injected();
  private final List<String> remarks = new ArrayList<>();

  Chaos(Options options, Path work, PrintStream out) {
    this.options = options;
    this.work = work;
    this.out = out;
  }

  /** Runs with the options of the command line. */
  public static void main(String[] args) throws IOException {
    if (List.of(args).contains("--help")) {
      System.out.print(Options.USAGE);
      return;
    }
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
      System.exit(2);
      return;
    }
    Path work = Files.createTempDirectory("millrace-chaos");
    Verdict verdict = new Chaos(options, work, System.out).run();
    if (verdict.wrongs().isEmpty()) {
      FileTree.delete(work);
    }
    System.exit(verdict.wrongs().isEmpty() ? 0 : 1);
  }

  /** Injects faults under load, lets everything end, and judges. */
  Verdict run() throws IOException {
    out.printf("seed %d, %s, in %s%n", options.seed(), options.layout(), work);
    Vertx vertx = Vertx.vertx();
    try (Fleet fleet = Fleet.of(options, work, out)) {
      Thread onInterrupt = Thread.ofPlatform().unstarted(fleet::close);
      Runtime.getRuntime().addShutdownHook(onInterrupt);
      try {
        fleet.start();
        return run(vertx, fleet);
      } finally {
        boolean _ = Runtime.getRuntime().removeShutdownHook(onInterrupt);
      }
    } finally {
      var _ = vertx.close().await();
    }
  }

  private Verdict run(Vertx vertx, Fleet fleet) throws IOException {
    var ledger = new Ledger(vertx, fleet.redisUri());
    try (var readers = new Readers(fleet, options.seed())) {
      readers.readFeed(FEED_READERS);
      var clients =
          new Clients(
              options, fleet, readers, () -> ledger.load().live() > options.layout().liveMax());
      clients.start();
      new Faults(options, fleet, ledger, injected, out).run();
      clients.settle();
      long from = System.nanoTime();
      awaitDrained(ledger);
      out.printf("drained after %d ms%n", (System.nanoTime() - from) / 1_000_000);
      Books books = Books.read(vertx, fleet.databaseUri());
      readers.settle(books.statusEvents());
      remarks.addAll(ledger.leftovers());
      if (ledger.deadLetters() != books.dead()) {
        remarks.add(
            "%d dead letters of %d dead tasks".formatted(ledger.deadLetters(), books.dead()));
      }
      readers.end();
      remarks.addAll(fleet.stop());
      // The reconciler must have nothing to mend: what it mends, a script has left undone.
      remarks.addAll(fleet.logged("The queue contradicted its tasks"));
      remarks.addAll(fleet.logged("Tasks are damaged"));
      fleet.logged(" ERROR ").forEach(line -> out.println("logged " + line));
      return judge(clients, readers, books);
    }
  }

  private void awaitDrained(Ledger ledger) {
    try {
      Await.until("all tasks to end", DRAINED_WITHIN, ledger::isDrained);
    } catch (AssertionError e) {
      remarks.add(e.getMessage() + ", but " + ledger.load());
    }
  }

  private Verdict judge(Clients clients, Readers readers, Books books) {
    remarks.addAll(clients.remarks());
    remarks.addAll(readers.remarks());
    remarks.addAll(injected.remarks());
    var seen =
        new Observations(
            clients.accepted(),
            books.rows(),
            books.logs(),
            injected.crashes(),
            injected.cutsMs(),
            injected.of(Faults.Kind.WORKER_STOP),
            readers.readings(),
            readers.feeds(),
            remarks);
    Verdict verdict = Verdict.of(seen);
    print(seen, verdict, clients, readers);
    return verdict;
  }

  private void print(Observations seen, Verdict verdict, Clients clients, Readers readers) {
    Recovery recovery = Recovery.of(injected, seen.logs());
    out.printf("seed                        %d%n", options.seed());
    out.printf("faults                      %s%n", injected.counts());
    out.printf(
        "accepted                    %d tasks; %d submits repeated, refused %s%n",
        seen.accepted().size(), clients.repeats(), clients.refusals());
    out.printf("ended                       %s%n", verdict.ends());
    out.printf(
        "runs                        %d, of which %d lost their worker; injected crashes hit %d,"
            + " %d claims were not heard of%n",
        verdict.executions(),
        verdict.losses(),
        seen.crashes().values().stream().mapToInt(Integer::intValue).sum(),
        verdict.unheard());
    out.printf(
        "readers                     %d of one task and %d of all, %d connections, %d events%n",
        seen.readings().size(),
        seen.feeds().size(),
        readers.connections(),
        seen.readings().stream().mapToInt(reading -> reading.ids().size()).sum()
            + seen.feeds().stream().mapToInt(feed -> feed.entries().size()).sum());
    out.printf("worker killed -> handed on  %s%n", Recovery.words(recovery.handedOn()));
    out.printf("worker killed -> running    %s%n", Recovery.words(recovery.running()));
    out.printf("  with Redis and clock calm %s%n", Recovery.words(recovery.runningCalm()));
    out.printf("  less the task's lease     %s%n", Recovery.words(recovery.beyondLease()));
    out.printf("Redis back -> first claim   %s%n", Recovery.words(recovery.redis()));
    verdict.wrongs().stream().limit(SHOWN_MAX).forEach(wrong -> show(wrong, seen));
    out.printf(
        "%d lost, %d doubled; wrong: %s%s%n",
        verdict.count(Kind.LOST),
        verdict.count(Kind.DOUBLED),
        verdict.wrongs().stream()
            .collect(Collectors.groupingBy(Wrong::kind, Collectors.counting())),
        verdict.wrongs().isEmpty() ? "" : "; FAILED, see " + work);
  }

  private void show(Wrong wrong, Observations seen) {
    out.println("WRONG " + wrong);
    for (Event event : seen.logs().getOrDefault(wrong.task(), List.of())) {
      out.printf("    %s %s %s%n", event.id(), event.type(), event.data());
    }
    injected.kills().stream()
        .filter(kill -> kill.task().equals(wrong.task()))
        .forEach(kill -> out.println("    its worker was killed at " + kill.atMs()));
  }
}
