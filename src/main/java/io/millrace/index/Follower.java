package io.millrace.index;

import io.millrace.changelog.ChangeLog;
import io.millrace.changelog.ChangeLog.Change;
import io.millrace.changelog.ChangeLog.Position;
import io.millrace.index.IndexStatus.Phase;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one index in step with the database, in small steps: opens it, resumes at the position of
 * its last commit or builds it anew, applies changes, commits now and then, and after a failure
 * backs off and begins again from the last commit. One thread at a time calls {@link #step()} and
 * {@link #close()}; searches and the status are for any thread.
 */
final class Follower {
  /** Changes applied per step: between steps searches see them and the process may stop. */
  static final int CHANGES_PER_STEP = 500;

  /** A commit for the position alone, when no document changed, may wait this many times longer. */
  private static final int IDLE_COMMITS_RARER = 20;

  /** How long nothing must have changed before the index is tidied. */
  static final Duration QUIET = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private final String name;
  private final Opener opener;
  private final ChangeLog changes;
  private final Content content;
  private final Duration commitEvery;
  private final InstantSource clock;
  private final BackOff backOff = new BackOff();

  private volatile @Nullable IndexStore store;
  private volatile IndexStatus status;
  private volatile boolean complete;
  private volatile boolean suspect;

  /** Whether the store can be written to; one that cannot is searched until the next is open. */
  private boolean writes;

  private @Nullable Position reached;
  private @Nullable Rebuild rebuild;
  private long committedAtMs;
  private long changedAtMs;
  private boolean moved;

  Follower(
      String name,
      Opener opener,
      ChangeLog changes,
      Content content,
      Duration commitEvery,
      InstantSource clock) {
    this.name = name;
    this.opener = opener;
    this.changes = changes;
    this.content = content;
    this.commitEvery = commitEvery;
    this.clock = clock;
    this.status = new IndexStatus(name, Phase.OPENING, 0, 0, 0, Optional.empty());
  }

  /** Does the next piece of work, and answers how long to wait for the one after, unless woken. */
  Pause step() {
    try {
      dropWhatFailedASearch();
      Pause pause = advance();
      backOff.reset();
      return pause;
    } catch (Sources.NotNow e) {
      return failed(e);
    } catch (IOException | RuntimeException e) {
      drop();
      return failed(e);
    }
  }

  private void dropWhatFailedASearch() {
    IndexStore open = store;
    if (open == null || !writes) {
      return;
    }
    if (suspect) {
      LOG.warn("A search met damage in the {} index; its files are checked", name);
      drop();
    } else if (!open.usable()) {
      drop(); // A search lets the writer write, too.
    }
  }

  private Pause advance() throws IOException {
    IndexStore before = store;
    IndexStore open = before != null && writes ? before : open();
    if (rebuild != null) {
      return rebuildMore(open, rebuild);
    }
    Position from = reached;
    if (from == null) {
      return startRebuild(open, false);
    }
    if (open.isRebuildAsked()) {
      LOG.info("The {} index is built anew, as somebody asked", name);
      return startRebuild(open, true);
    }
    return follow(open, from);
  }

  private IndexStore open() throws IOException {
    IndexStore opened = opener.open();
    IndexStore before = store;
    store = opened;
    writes = true;
    suspect = false;
    close(before);
    content.shownAnew();
    complete = opened.position().isPresent();
    reached = opened.position().orElse(null);
    rebuild = null;
    moved = false;
    committedAtMs = clock.millis();
    changedAtMs = clock.millis();
    content.renewed();
    LOG.info("Opened the {} index: {} entries", name, opened.documents());
    return opened;
  }

  private Pause follow(IndexStore open, Position from) throws IOException {
    Position head = Sources.await(changes.head());
    if (!head.epoch().equals(from.epoch()) || head.n() < from.n()) {
      LOG.warn("The {} index belongs to another database; it is built anew", name);
      return startRebuild(open, false);
    }
    List<Change> news =
        head.n() > from.n() ? Sources.await(changes.after(from.n(), CHANGES_PER_STEP)) : List.of();
    if (head.n() > from.n() && Sources.await(changes.oldest()) > from.n() + 1) {
      LOG.warn("The change log no longer reaches back to the {} index; it is built anew", name);
      return startRebuild(open, true);
    }
    List<Change> ours = news.stream().filter(content::concerns).toList();
    if (!ours.isEmpty()) {
      open.requireSpace();
      var _ =
          open.together(() -> {
            content.apply(open, ours);
            return ours;
          });
      open.refresh();
      if (open.fellShort()) {
        content.shownAnew(); // An answer of that search may be older than the changes before these.
      } else {
        content.shown();
      }
      changedAtMs = clock.millis();
    }
    content.tend(open);
    boolean more = news.size() >= CHANGES_PER_STEP;
    long n = news.isEmpty() ? from.n() : news.getLast().n();
    Position now = new Position(head.epoch(), more ? n : Math.max(n, head.n()));
    moved |= now.n() != from.n();
    reached = now;
    complete = true;
    tidyWhenQuiet(open);
    commitWhenDue(open, now);
    report(Phase.FOLLOWING, Math.max(0, head.n() - now.n()), open);
    return more ? Pause.NONE : Pause.UNTIL_NEWS;
  }

  private Pause startRebuild(IndexStore open, boolean showOldMeanwhile) throws IOException {
    Position target = Sources.await(changes.head());
    complete = false;
    open.clear();
    if (!showOldMeanwhile) {
      open.refresh();
    }
    content.shownAnew();
    reached = null;
    rebuild = new Rebuild(target, Optional.empty(), !showOldMeanwhile);
    report(Phase.REBUILDING, target.n(), open);
    return Pause.NONE;
  }

  private Pause rebuildMore(IndexStore open, Rebuild current) throws IOException {
    open.requireSpace();
    Optional<String> next = open.together(() -> content.rebuild(open, current.cursor));
    if (next.isPresent()) {
      rebuild = new Rebuild(current.target, next, current.showProgress);
      if (current.showProgress) {
        open.refresh();
        content.shownAnew();
      }
      report(Phase.REBUILDING, current.target.n(), open);
      return Pause.NONE;
    }
    open.commit(current.target);
    open.refresh();
    content.shownAnew();
    committedAtMs = clock.millis();
    changedAtMs = clock.millis();
    reached = current.target;
    rebuild = null;
    open.rebuilt();
    content.renewed();
    complete = true;
    report(Phase.FOLLOWING, 0, open);
    LOG.info("Built the {} index anew: {} entries", name, open.documents());
    return Pause.NONE;
  }

  private void tidyWhenQuiet(IndexStore open) throws IOException {
    long now = clock.millis();
    if (now - changedAtMs >= QUIET.toMillis()) {
      open.tidy();
      changedAtMs = now; // and looked at again later: merging takes its time
    }
  }

  private void commitWhenDue(IndexStore open, Position now) throws IOException {
    long waitedMs = clock.millis() - committedAtMs;
    long dueMs = commitEvery.toMillis() * (open.dirty() ? 1 : IDLE_COMMITS_RARER);
    if ((open.dirty() || moved) && waitedMs >= dueMs) {
      commit(open, now);
    }
  }

  private void commit(IndexStore open, Position now) throws IOException {
    open.commit(now);
    moved = false;
    committedAtMs = clock.millis();
  }

  private Pause failed(Exception e) {
    Pause pause = backOff.next();
    String reason = e instanceof Sources.NotNow ? String.valueOf(e.getMessage()) : e.toString();
    if (status.phase() == Phase.BACKING_OFF) {
      LOG.debug("The {} index waits {} ms more: {}", name, pause.millis(), reason);
    } else {
      LOG.warn("The {} index stands still and tries again: {}", name, reason);
    }
    IndexStore open = store;
    status =
        new IndexStatus(
            name,
            Phase.BACKING_OFF,
            status.behind(),
            open == null ? 0 : open.documents(),
            status.seen(),
            Optional.of(String.valueOf(e.getMessage())));
    return pause;
  }

  /** Gives writing up after a failure: what was not committed is applied again, later. */
  private void drop() {
    IndexStore open = store;
    writes = false;
    rebuild = null;
    reached = null;
    if (open != null) {
      try {
        open.stopWriting();
      } catch (IOException | RuntimeException e) {
        LOG.warn("The {} index did not close: {}", name, e.toString());
      }
      content.shownAnew(); // Of what was not committed some may be seen and some not.
    }
  }

  private void close(@Nullable IndexStore open) {
    if (open != null) {
      try {
        open.close();
      } catch (IOException | RuntimeException e) {
        LOG.warn("The {} index did not close: {}", name, e.toString());
      }
    }
  }

  private void report(Phase phase, long behind, IndexStore open) {
    if (status.phase() == Phase.BACKING_OFF) {
      LOG.info("The {} index goes on", name);
    }
    Position now = reached;
    status =
        new IndexStatus(
            name, phase, behind, open.documents(), now == null ? 0 : now.n(), Optional.empty());
  }

  /** What can be searched; empty until the index was opened for the first time. */
  Optional<IndexStore> store() {
    return Optional.ofNullable(store);
  }

  /** Whether searches see everything but the newest changes. */
  boolean complete() {
    return complete;
  }

  /** A search met damage: the next step checks the files, and builds anew what is not sound. */
  void suspect() {
    suspect = true;
  }

  /** How the index stood after the last step. */
  IndexStatus status() {
    return status;
  }

  /** Commits what was applied and closes; twice, or before the first step, is fine. */
  void close() {
    IndexStore open = store;
    Position now = reached;
    if (open != null && writes && now != null && rebuild == null && open.usable()) {
      try {
        commit(open, now);
      } catch (IOException | RuntimeException e) {
        LOG.warn(
            "The last commit of the {} index failed; it resumes earlier: {}", name, e.toString());
      }
    }
    store = null;
    writes = false;
    rebuild = null;
    reached = null;
    close(open);
    status = new IndexStatus(name, Phase.OPENING, 0, 0, 0, Optional.empty());
  }

  private record Rebuild(Position target, Optional<String> cursor, boolean showProgress) {}

  /** Opens the index. */
  interface Opener {
    /** The open index; throws when it is locked by another process, or the disk fails. */
    IndexStore open() throws IOException;
  }
}
