package io.millrace.queue;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;

import io.millrace.access.Scope;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Reply;
import io.millrace.redis.Script;
import io.millrace.settings.DlqSettings;
import io.millrace.settings.QueueSettings;
import io.millrace.task.TaskId;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dead letters in Redis: a stream per handler, and an index by task and by time. */
public final class RedisDeadLetters implements DeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(RedisDeadLetters.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  /** Most letters one call looks at, so that no call is long; the page then ends early. */
  private static final int LOOKS_MAX = 1_000;

  private static final int PAGE = 200;
  private static final int PORTION = 128;
  private static final int EXPIRE_MAX = 500;

  private final RedisGateway redis;
  private final QueueSettings queue;
  private final DlqSettings settings;

  /** The dead letters of the queue in {@code redis}. */
  public RedisDeadLetters(RedisGateway redis, QueueSettings queue, DlqSettings settings) {
    this.redis = redis;
    this.queue = queue;
    this.settings = settings;
  }

  /** A place in the order of dying, latest first; ids of one millisecond in reverse order. */
  private record Place(long diedMs, String id) implements Comparable<Place> {
    static final Comparator<Place> ORDER =
        comparingLong(Place::diedMs).thenComparing(Place::id).reversed();

    static Optional<Place> parse(String text) {
      int blank = text.indexOf(' ');
      return blank < 0
          ? Optional.empty()
          : Optional.of(
              new Place(Long.parseLong(text.substring(0, blank)), text.substring(blank + 1)));
    }

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return diedMs + " " + id;
    }
  }

  @Override
  public Future<Page> list(Scope asker, Filter filter, Optional<String> cursor, int limit) {
    return look(asker, filter, cursor, limit, true)
        .map(seen ->
            new Page(
                seen.found().stream().map(one -> DeadLetterFields.read(one.fields())).toList(),
                seen.next()));
  }

  /**
   * A dead letter that matches.
   *
   * @param fields empty unless they were asked for
   */
  private record Found(Place place, Map<String, String> fields) {}

  /** A page of them, in order. */
  private record Seen(List<Found> found, Optional<String> next) {}

  private Future<Seen> look(
      Scope asker, Filter filter, Optional<String> cursor, int limit, boolean whole) {
    return Shards.every(
            queue.shards(),
            shard ->
                run(
                    Scripts.DEAD_LETTERS,
                    shard,
                    List.of(
                        asker.tenant(),
                        filter.handler().orElse(""),
                        filter.errorType().orElse(""),
                        filter.user().orElse(""),
                        filter.from().map(RedisDeadLetters::ms).orElse("-inf"),
                        filter.before().map(RedisDeadLetters::ms).orElse("+inf"),
                        cursor.orElse(""),
                        Integer.toString(limit),
                        Integer.toString(LOOKS_MAX),
                        whole ? "1" : "0")))
        .map(replies -> merged(replies, limit));
  }

  /** What all shards looked at completely, in order. */
  private static Seen merged(List<Reply> replies, int limit) {
    List<Found> all = new ArrayList<>();
    List<Place> stops = new ArrayList<>();
    for (Reply reply : replies) {
      for (Reply one : reply.item(0).items()) {
        Place place = Place.parse(one.item(0).text()).orElseThrow();
        all.add(new Found(place, one.item(1).fields()));
      }
      Place.parse(reply.item(1).text()).ifPresent(stops::add);
    }
    all.sort(comparing(Found::place));
    Optional<Place> stop = stops.isEmpty() ? Optional.empty() : Optional.of(Collections.min(stops));
    List<Found> found =
        all.stream()
            .filter(one -> stop.isEmpty() || one.place().compareTo(stop.get()) <= 0)
            .toList();
    if (found.size() > limit) {
      List<Found> first = found.subList(0, limit);
      return new Seen(first, Optional.of(first.getLast().place().toString()));
    }
    return new Seen(found, stop.map(Place::toString));
  }

  @Override
  public Future<Optional<DeadLetter>> get(Scope asker, TaskId id) {
    return ofAsker(Scripts.DEAD_LETTER, asker, id);
  }

  @Override
  public Future<Optional<DeadLetter>> discard(Scope asker, TaskId id) {
    return ofAsker(Scripts.DISCARD, asker, id)
        .onSuccess(found ->
            found.ifPresent(letter -> letter.story(LOG.atInfo()).log("a dead letter was deleted")));
  }

  private Future<Optional<DeadLetter>> ofAsker(Script script, Scope asker, TaskId id) {
    if (id.shard() >= queue.shards()) {
      return Future.succeededFuture(Optional.empty());
    }
    return run(script, id.shard(), List.of(id.value(), asker.tenant()))
        .map(reply ->
            reply.size() == 0
                ? Optional.empty()
                : Optional.of(DeadLetterFields.read(reply.fields())));
  }

  @Override
  public Future<Redriven> redrive(Scope asker, TaskId id) {
    if (id.shard() >= queue.shards()) {
      return Future.succeededFuture(new Redriven.Unknown());
    }
    return redrive(asker, List.of(id), 0, 0).map(List::getFirst);
  }

  /** A task to run again, and how long it is to wait before it may start. */
  private record Item(TaskId id, long waitMs) {}

  /** Task {@code i} of the list waits as long as {@code first + i} tasks take at that rate. */
  private Future<List<Redriven>> redrive(
      Scope asker, List<TaskId> ids, int first, double perSecond) {
    var items = new ArrayList<Item>();
    for (int i = 0; i < ids.size(); i++) {
      items.add(new Item(ids.get(i), perSecond <= 0 ? 0 : (long) ((first + i) / perSecond * 1e3)));
    }
    return Shards.ask(
        items,
        item -> item.id().shard(),
        PORTION,
        (shard, portion) -> {
          var args = new ArrayList<String>();
          args.add(Integer.toString(queue.eventsMax()));
          args.add(Integer.toString(queue.feedMax()));
          args.add(Integer.toString(Math.ceilDiv(queue.depthMax(), queue.shards())));
          args.add(asker.tenant());
          for (Item item : portion) {
            args.add(item.id().value());
            args.add(Long.toString(item.waitMs()));
          }
          return run(Scripts.REDRIVE, shard, args)
              .map(reply -> {
                var answers = new ArrayList<Redriven>();
                for (int i = 0; i < portion.size(); i++) {
                  answers.add(redriven(portion.get(i).id(), reply.item(i)));
                }
                return List.copyOf(answers);
              });
        });
  }

  private static Redriven redriven(TaskId id, Reply answer) {
    return switch (answer.item(0).text()) {
      case "redriven" -> {
        LOG.atInfo()
            .addKeyValue("task", id)
            .addKeyValue("handler", answer.item(1).fields().get("handler"))
            .addKeyValue("round", answer.item(1).fields().get("round"))
            .log("a dead task begins its next round");
        yield new Redriven.Live(TaskHash.read(id, answer.item(1).fields()), false);
      }
      case "known" -> new Redriven.Live(TaskHash.read(id, answer.item(1).fields()), true);
      case "full" ->
          new Redriven.Refused(
              new Problem.TooMany(
                  "As many tasks wait as may wait (" + answer.item(1).number() + ").",
                  RETRY_AFTER));
      case "absent" -> new Redriven.Unknown();
      default -> throw new IllegalStateException("redrive answered " + answer);
    };
  }

  @Override
  public Future<Portion> match(Scope asker, Filter filter, int limit) {
    return collect(asker, filter, limit, Optional.empty(), new ArrayList<>())
        .map(matching -> new Portion(matching.ids().size(), matching.more()));
  }

  @Override
  public Future<Portion> redrive(Scope asker, Bulk bulk) {
    return collect(asker, bulk.filter(), bulk.limit(), Optional.empty(), new ArrayList<>())
        .compose(matching -> redriveFrom(asker, bulk, matching, 0));
  }

  private record Matching(List<TaskId> ids, boolean more) {}

  private Future<Matching> collect(
      Scope asker, Filter filter, int limit, Optional<String> cursor, List<TaskId> ids) {
    int room = Math.min(PAGE, limit - ids.size());
    return look(asker, filter, cursor, room, false)
        .compose(seen -> {
          seen.found().forEach(one -> ids.add(new TaskId(one.place().id())));
          return seen.next().isEmpty() || ids.size() >= limit
              ? Future.succeededFuture(new Matching(ids, seen.next().isPresent()))
              : collect(asker, filter, limit, seen.next(), ids);
        });
  }

  private Future<Portion> redriveFrom(Scope asker, Bulk bulk, Matching matching, int done) {
    if (done >= matching.ids().size()) {
      return Future.succeededFuture(new Portion(done, matching.more()));
    }
    List<TaskId> portion =
        matching.ids().subList(done, Math.min(done + PORTION, matching.ids().size()));
    return redrive(asker, portion, done, bulk.perSecond())
        .compose(answers -> {
          Optional<Problem> refused =
              answers.stream()
                  .filter(Redriven.Refused.class::isInstance)
                  .map(answer -> ((Redriven.Refused) answer).problem())
                  .findFirst();
          if (refused.isEmpty()) {
            return redriveFrom(asker, bulk, matching, done + portion.size());
          }
          int live = (int) answers.stream().filter(Redriven.Live.class::isInstance).count();
          return done + live == 0
              ? Future.failedFuture(new ProblemException(refused.get()))
              : Future.succeededFuture(new Portion(done + live, true));
        });
  }

  @Override
  public Future<Integer> expire() {
    return Shards.every(
            queue.shards(),
            shard ->
                run(
                    Scripts.EXPIRE,
                    shard,
                    List.of(
                        Long.toString(settings.ttl().toMillis()),
                        Integer.toString(Math.ceilDiv(settings.max(), queue.shards())),
                        Integer.toString(EXPIRE_MAX))))
        .map(replies -> replies.stream().mapToInt(reply -> (int) reply.number()).sum());
  }

  @Override
  public Future<Long> count() {
    return Shards.every(queue.shards(), shard -> redis.command("ZCARD", Keys.DEAD.of(shard)))
        .map(replies -> replies.stream().mapToLong(Reply::number).sum());
  }

  private static String ms(Instant moment) {
    return Long.toString(moment.toEpochMilli());
  }

  private Future<Reply> run(Script script, int shard, List<String> args) {
    return redis.run(script, Keys.tag(shard), args);
  }
}
