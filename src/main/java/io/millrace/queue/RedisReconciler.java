package io.millrace.queue;

import io.millrace.redis.Keys;
import io.millrace.redis.RedisGateway;
import io.millrace.redis.Reply;
import io.millrace.redis.Script;
import io.millrace.settings.QueueSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Walks the keys of each shard. To be called on a virtual thread.
 *
 * <p>Whether a queued task is in its list cannot be asked cheaply of a long list. So a pass gathers
 * the queued tasks while it walks, reads the lists, and has those checked that it saw in none: the
 * check itself is one atomic script, so what moved meanwhile does no harm.
 */
public final class RedisReconciler implements Reconciler {
  /** Few keys, so that nobody waits long for Redis. */
  private static final int KEYS_PER_CALL = 100;

  private static final int IDS_PER_CALL = 1_000;
  private static final int RESTORED_PER_CALL = 50;
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final Duration LOCK = Duration.ofSeconds(30);

  /** Up to so many keys a shard is counted anew. */
  private static final int RECOUNT_MAX = 20_000;

  /** A pass looks for so many queued tasks at most; of more it takes a slice, the next another. */
  private static final int QUEUED_MAX = 100_000;

  /** The characters an id may end with. */
  private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

  private final Vertx vertx;
  private final RedisGateway redis;
  private final QueueSettings settings;
  private final String name;
  private final Duration rest;
  private int passes;

  /**
   * @param name of this process among all that do the same
   * @param rest for so long after a pass nobody begins another
   */
  public RedisReconciler(
      Vertx vertx, RedisGateway redis, QueueSettings settings, String name, Duration rest) {
    this.vertx = vertx;
    this.redis = redis;
    this.settings = settings;
    this.name = name;
    this.rest = rest;
  }

  @Override
  public Future<List<Repair>> pass() {
    List<Repair> repairs = new ArrayList<>();
    for (int shard = 0; shard < settings.shards(); shard++) {
      if (lock(shard, "NX")) {
        walk(shard, repairs);
        String key = Keys.RECONCILER.of(shard);
        var _ = redis.command("PEXPIRE", key, Long.toString(rest.toMillis())).await();
      }
    }
    passes++;
    return Future.succeededFuture(repairs);
  }

  private void walk(int shard, List<Repair> repairs) {
    String slice = slice(shard);
    Set<String> queued = new HashSet<>();
    Set<String> lists = new HashSet<>();
    String cursor = "0";
    do {
      Reply page = run(Scripts.INSPECT, shard, cursor, Integer.toString(KEYS_PER_CALL), slice);
      cursor = page.item(0).text();
      page.item(1).items().forEach(id -> queued.add(id.text()));
      page.item(2).items().forEach(list -> lists.add(list.text()));
      List<Reply> mended = page.item(3).items();
      for (int i = 0; i < mended.size(); i += 2) {
        Kind kind = Kind.valueOf(mended.get(i).text().toUpperCase(Locale.ROOT));
        repairs.add(new Repair(kind, mended.get(i + 1).text()));
      }
      pause(shard);
    } while (!cursor.equals("0"));
    lists.forEach(list -> removeListed(shard, list, queued));
    restore(shard, List.copyOf(queued), repairs);
    redis
        .run(Scripts.RECOUNT, Keys.tag(shard), List.of(Integer.toString(RECOUNT_MAX)))
        .await()
        .items()
        .forEach(field -> repairs.add(new Repair(Kind.COUNT, field.text())));
  }

  /** The last characters of the ids that this pass looks for. */
  private String slice(int shard) {
    long queued =
        Depths.read(List.of(redis.command("HGETALL", Keys.COUNTS.of(shard)).await().fields()))
            .values()
            .stream()
            .mapToLong(TaskQueue.Depth::queued)
            .sum();
    return slice(queued, passes);
  }

  /** The characters whose turn it is when {@code queued} tasks wait. */
  static String slice(long queued, int pass) {
    int slices = 1;
    while (queued / slices > QUEUED_MAX && slices < ALPHABET.length()) {
      slices *= 2;
    }
    int size = ALPHABET.length() / slices;
    int from = Math.floorMod(pass, slices) * size;
    return ALPHABET.substring(from, from + size);
  }

  /**
   * Reads a list from its end to its front. Claims take from the front and submits add at the end,
   * so what is in the list all the while may be seen twice, but not missed.
   */
  private void removeListed(int shard, String list, Set<String> queued) {
    int read;
    int to = -1;
    do {
      var ids =
          redis
              .command(
                  "LRANGE", list, Integer.toString(to - IDS_PER_CALL + 1), Integer.toString(to))
              .await()
              .items();
      ids.forEach(id -> queued.remove(id.text()));
      read = ids.size();
      to -= IDS_PER_CALL;
      pause(shard);
    } while (read == IDS_PER_CALL);
  }

  private void restore(int shard, List<String> ids, List<Repair> repairs) {
    for (int from = 0; from < ids.size(); from += RESTORED_PER_CALL) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + RESTORED_PER_CALL));
      run(Scripts.RESTORE, shard, some.toArray(String[]::new))
          .items()
          .forEach(id -> repairs.add(new Repair(Kind.QUEUED, id.text())));
      pause(shard);
    }
  }

  private Reply run(Script script, int shard, String... args) {
    var all = new ArrayList<String>();
    all.add(Integer.toString(settings.eventsMax()));
    all.add(Integer.toString(settings.feedMax()));
    all.addAll(List.of(args));
    return redis.run(script, Keys.tag(shard), all).await();
  }

  private void pause(int shard) {
    var _ = vertx.timer(PAUSE.toMillis()).await();
    var _ = lock(shard, "XX");
  }

  /** Two at it at once would do no harm, only the same work twice. */
  private boolean lock(int shard, String when) {
    Reply answer =
        redis
            .command(
                "SET", Keys.RECONCILER.of(shard), name, when, "PX", Long.toString(LOCK.toMillis()))
            .await();
    return !answer.isNothing();
  }
}
