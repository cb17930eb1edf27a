package io.millrace.extract;

import io.millrace.extract.Child.Part;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.settings.DataSize;
import io.millrace.settings.ExtractSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Child JVMs that read files, as many as there are callers at a time. A child is kept warm for the
 * next file, as starting one takes longer than reading most files; it is replaced after some files
 * and when it crashed, hung or talked nonsense. That costs the file it read and nothing else; of an
 * e-mail it costs the attachment that was being read, for which the others are read again.
 */
public final class ExtractorPool implements Extractor, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExtractorPool.class);
  private static final int FILES_MAX = 500;
  private static final int SKIPPED_MAX = 3;
  private static final Duration IDLE_MAX = Duration.ofMinutes(1);
  private static final Duration START_AGAIN = Duration.ofSeconds(10);

  private final Duration time;
  private final DataSize memory;
  private final Limits limits;
  private final Deque<Idle> idle = new ArrayDeque<>();
  private boolean closed;

  /** Starts no child yet. */
  public ExtractorPool(ExtractSettings settings) {
    this.time = settings.time();
    this.memory = settings.memory();
    this.limits =
        new Limits(
            settings.fileBytesMax().bytes(),
            settings.charactersMax(),
            settings.pagesMax(),
            settings.expandedBytesMax().bytes());
  }

  /** A child that waits, and what ends it when nothing comes. */
  private record Idle(Child child, Future<?> end) {}

  @Override
  public Extraction extract(Path file, String name, String declaredType) {
    var request = new Wire.Request(file.toAbsolutePath().toString(), name, declaredType, List.of());
    Duration left = time;
    Optional<Part> read = Optional.empty();
    while (true) {
      Child child = take();
      boolean fresh = child.served() == 0;
      long start = System.nanoTime();
      try {
        Wire.Answer answer = child.ask(request, limits, left);
        giveBack(child);
        return switch (answer) {
          case Wire.Answer.Text(Extraction extraction) -> extraction;
          case Wire.Answer.Refused(Problem.Unreadable problem) ->
              throw new ProblemException(problem);
          case Wire.Answer.SoFar _ -> throw new IllegalStateException("a part is no answer");
        };
      } catch (Child.LostException lost) {
        child.end();
        left = left.minusNanos(System.nanoTime() - start);
        // Whatever an earlier file left behind is not this one's fault.
        if (!fresh && lost.loss() != Child.Loss.TOO_SLOW && left.isPositive()) {
          continue;
        }
        Problem.Unreadable why = refusal(lost, name);
        // A child that dies before it says anything leaves what the one before it had read.
        Optional<Part> before = read;
        read = lost.soFar().or(() -> before);
        Part soFar = read.orElseThrow(() -> new ProblemException(why));
        boolean last = lost.loss() == Child.Loss.TOO_SLOW || !left.isPositive();
        if (last || lost.soFar().isEmpty() || request.skipped().size() == SKIPPED_MAX) {
          return cut(soFar, why.detail());
        }
        request = request.without(new Wire.Skipped(soFar.attachment(), why.detail()));
      }
    }
  }

  /** The e-mail as far as it was read before an attachment ended its child. */
  private static Extraction cut(Part soFar, String why) {
    Extraction read = soFar.extraction();
    int after = soFar.after();
    String rest =
        switch (after) {
          case 0 -> "";
          case 1 -> " The attachment after it was not read either.";
          default -> " The " + after + " attachments after it were not read either.";
        };
    String missing =
        after == 0
            ? "Reading ended before its last attachment was read."
            : "Reading ended before its last " + (1 + after) + " attachments were read.";
    return new Extraction(
        read.mediaType(),
        read.title(),
        read.text() + "\n\n" + Refusals.attachment(why) + rest,
        read.headings(),
        read.pages(),
        (read.notice() + " " + missing).strip());
  }

  private Problem.Unreadable refusal(Child.LostException lost, String name) {
    LOG.atInfo().addKeyValue("document", name).log("Reading a file failed: {}", lost.loss());
    return switch (lost.loss()) {
      case TOO_SLOW -> Refusals.tooSlow(time.toSeconds());
      case OUT_OF_MEMORY -> Refusals.outOfMemory(memory.toString());
      case ENDED -> Refusals.crashed("the process that did it");
      case NONSENSE -> Refusals.crashed("in an answer that makes no sense");
    };
  }

  private Child take() {
    for (Idle next = poll(); next != null; next = poll()) {
      if (next.end().cancel(false) && next.child().usable()) {
        return next.child();
      }
      next.child().end();
    }
    try {
      return Child.start(Long.toString(memory.bytes()), limits);
    } catch (IOException e) {
      LOG.warn("A process that reads files could not be started", e);
      throw new ProblemException(
          new Problem.Unavailable(
              "extraction", "A process that reads files could not be started.", START_AGAIN));
    }
  }

  private @Nullable Idle poll() {
    synchronized (idle) {
      return idle.pollLast();
    }
  }

  /** The process ids of the children that wait. */
  Set<Long> waiting() {
    synchronized (idle) {
      return idle.stream().map(waiting -> waiting.child().pid()).collect(Collectors.toSet());
    }
  }

  private void giveBack(Child child) {
    synchronized (idle) {
      if (!closed && child.usable() && child.served() < FILES_MAX) {
        Future<?> end =
            ForkJoinPool.commonPool()
                .schedule(() -> retire(child), IDLE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        idle.addLast(new Idle(child, end));
        return;
      }
    }
    child.end();
  }

  private void retire(Child child) {
    synchronized (idle) {
      idle.removeIf(waiting -> waiting.child() == child);
    }
    child.end();
  }

  /** Ends all children that wait; those that work end with their file, or with this process. */
  @Override
  public void close() {
    Deque<Idle> left;
    synchronized (idle) {
      closed = true;
      left = new ArrayDeque<>(idle);
      idle.clear();
    }
    for (Idle waiting : left) {
      waiting.end().cancel(false);
      waiting.child().end();
    }
  }
}
