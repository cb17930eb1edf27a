package io.millrace.queue;

import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Reply;
import io.millrace.settings.QueueSettings;
import io.millrace.task.Task;
import io.millrace.task.TaskId;
import io.millrace.task.TaskRequest;
import io.millrace.task.TaskRequest.Start;
import io.millrace.task.TaskStatus;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Accepts tasks: checks, mints ids, and brings many requests to Redis in one call. */
final class Submits {
  static final int INPUT_BYTES_MAX = 64 * 1024;
  private static final int BATCH_MAX = 128;
  private static final Pattern HANDLER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final RedisGateway redis;
  private final QueueSettings settings;
  private final int finishedMax;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final List<Batcher<Draft, Submitted>> batchers = new ArrayList<>();

  Submits(
      RedisGateway redis,
      QueueSettings settings,
      int finishedMax,
      InstantSource clock,
      RandomGenerator random) {
    this.redis = redis;
    this.settings = settings;
    this.finishedMax = finishedMax;
    this.clock = clock;
    this.random = random;
    for (int shard = 0; shard < settings.shards(); shard++) {
      int in = shard;
      batchers.add(new Batcher<>(redis, BATCH_MAX, drafts -> send(in, drafts)));
    }
  }

  /** A request with its id; the id is minted before the first try, so that a second is safe. */
  private record Draft(TaskId id, TaskRequest request) {}

  Future<List<Submitted>> submit(List<TaskRequest> requests) {
    var drafts = requests.stream().map(request -> new Draft(mint(request), request)).toList();
    boolean several = drafts.size() > BATCH_MAX || settings.shards() > 1;
    return Shards.ask(
        drafts,
        draft -> draft.id().shard(),
        BATCH_MAX,
        (shard, portion) -> {
          Future<List<Submitted>> answers = portion(shard, portion);
          // What another portion has accepted stands, so this one answers for itself.
          return several ? answers.recover(cause -> refuseAll(portion, cause)) : answers;
        });
  }

  private Future<List<Submitted>> portion(int shard, List<Draft> drafts) {
    var refusals = drafts.stream().map(draft -> check(draft.request())).toList();
    if (refusals.stream().allMatch(Optional::isEmpty)) {
      return batchers.get(shard).ask(drafts);
    }
    var sound = new ArrayList<Draft>();
    for (int i = 0; i < drafts.size(); i++) {
      if (refusals.get(i).isEmpty()) {
        sound.add(drafts.get(i));
      }
    }
    Future<List<Submitted>> asked =
        sound.isEmpty() ? Future.succeededFuture(List.of()) : batchers.get(shard).ask(sound);
    return asked.map(answers -> {
      var rest = answers.iterator();
      var all = new ArrayList<Submitted>();
      for (Optional<Problem> refusal : refusals) {
        all.add(refusal.<Submitted>map(Submitted.Refused::new).orElseGet(rest::next));
      }
      return all;
    });
  }

  private static Future<List<Submitted>> refuseAll(List<Draft> drafts, Throwable cause) {
    if (!(cause instanceof ProblemException expected)) {
      return Future.failedFuture(cause);
    }
    return Future.succeededFuture(
        drafts.stream().<Submitted>map(_ -> new Submitted.Refused(expected.problem())).toList());
  }

  private TaskId mint(TaskRequest request) {
    int shards = settings.shards();
    int shard =
        request
            .idempotencyKey()
            .map(key -> Math.floorMod((request.owner().tenant() + ':' + key).hashCode(), shards))
            .orElseGet(() -> shards == 1 ? 0 : random.nextInt(shards));
    return mint(shard);
  }

  /** A new id in {@code shard}. */
  TaskId mint(int shard) {
    return TaskId.mint(shard, clock.instant(), random);
  }

  /** The most live tasks of one shard, as the scripts take it. */
  String depthMax() {
    return Integer.toString(Math.ceilDiv(settings.depthMax(), settings.shards()));
  }

  private static Optional<Problem> check(TaskRequest request) {
    if (!HANDLER.matcher(request.handler()).matches()) {
      return Optional.of(new Problem.Invalid("/handler", "There is no handler of this name."));
    }
    if (request.input().bytes() > INPUT_BYTES_MAX) {
      return Optional.of(
          new Problem.TooLarge(
              "The input of a task holds at most 64 KB; larger ones go as artifacts.",
              INPUT_BYTES_MAX));
    }
    return Optional.empty();
  }

  private Future<List<Submitted>> send(int shard, List<Draft> drafts) {
    var args = new ArrayList<String>(6 + drafts.size() * 12);
    args.add(Integer.toString(settings.eventsMax()));
    args.add(Integer.toString(settings.feedMax()));
    args.add(depthMax());
    args.add(Integer.toString(Math.ceilDiv(settings.tenantMax(), settings.shards())));
    args.add(Integer.toString(Math.ceilDiv(finishedMax, settings.shards())));
    args.add(Long.toString(settings.idempotencyTtl().toMillis()));
    drafts.forEach(draft -> append(args, draft));
    return redis
        .run(Scripts.SUBMIT, Keys.tag(shard), args)
        .map(reply -> {
          var answers = new ArrayList<Submitted>(drafts.size());
          for (int i = 0; i < drafts.size(); i++) {
            answers.add(answer(drafts.get(i), reply.item(i)));
          }
          return answers;
        });
  }

  private static void append(List<String> args, Draft draft) {
    TaskRequest request = draft.request();
    args.add(draft.id().value());
    args.add(request.owner().tenant());
    args.add(request.owner().project());
    args.add(request.owner().user());
    args.add(request.handler());
    args.add(request.priority().label());
    args.add(Integer.toString(request.cost()));
    args.add(request.input().json());
    switch (request.start()) {
      case Start.Now() -> args.addAll(List.of("now", "0"));
      case Start.At(Instant moment) ->
          args.addAll(List.of("at", Long.toString(moment.toEpochMilli())));
      case Start.After(Duration delay) ->
          args.addAll(List.of("after", Long.toString(delay.toMillis())));
    }
    Optional<String> key = request.idempotencyKey();
    args.add(
        key.map(k -> Keys.IDEMPOTENCY.of(draft.id().shard(), request.owner().tenant(), k))
            .orElse(""));
    args.add(key.isPresent() ? digest(request) : "");
  }

  /** Tells whether two requests ask for the same. */
  private static String digest(TaskRequest request) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String part :
          List.of(
              request.owner().project(),
              request.handler(),
              request.priority().label(),
              Integer.toString(request.cost()),
              request.start().toString(),
              request.input().json())) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        sha.update(bytes);
      }
      return HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Submitted answer(Draft draft, Reply reply) {
    return switch (reply.item(0).text()) {
      case "ok" ->
          new Submitted.Accepted(
              fresh(draft, reply.item(1).number(), reply.item(2).number()), false);
      case "known" ->
          new Submitted.Accepted(
              TaskHash.read(new TaskId(reply.item(1).text()), reply.item(2).fields()), true);
      case "released" -> new Submitted.Archived(new TaskId(reply.item(1).text()));
      case "conflict" ->
          refused(
              new Problem.Conflict("This idempotency key was used before with another request."));
      case "full" ->
          refused(
              new Problem.TooMany(
                  "As many tasks wait as may wait (" + reply.item(1).number() + ").", RETRY_AFTER));
      case "quota" ->
          refused(
              new Problem.TooMany(
                  "As many tasks of this tenant wait as may wait (" + reply.item(1).number() + ").",
                  RETRY_AFTER));
      case "backlog" ->
          refused(
              new Problem.TooMany("Too many finished tasks wait for the archive.", RETRY_AFTER));
      default -> throw new IllegalStateException("submit answered " + reply);
    };
  }

  private static Submitted refused(Problem problem) {
    return new Submitted.Refused(problem);
  }

  private static Task fresh(Draft draft, long createdMs, long runAtMs) {
    TaskRequest request = draft.request();
    return new Task(
        draft.id(),
        request.owner(),
        request.handler(),
        runAtMs > createdMs ? TaskStatus.SCHEDULED : TaskStatus.QUEUED,
        request.priority(),
        request.input(),
        0,
        1,
        0,
        0,
        false,
        Optional.empty(),
        Instant.ofEpochMilli(createdMs),
        runAtMs > 0 ? Optional.of(Instant.ofEpochMilli(runAtMs)) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
