package io.millrace.stream;

import io.millrace.access.Scope;
import io.millrace.loop.LoopVerticle;
import io.millrace.observe.Meters;
import io.millrace.observe.Outage;
import io.millrace.problem.Problem;
import io.millrace.problem.ProblemException;
import io.millrace.queue.TaskQueue;
import io.millrace.queue.TaskQueue.Submitted;
import io.millrace.redis.RedisGateway;
import io.millrace.settings.StreamSettings;
import io.millrace.stream.StreamReader.Entry;
import io.millrace.task.Payload;
import io.millrace.task.Priority;
import io.millrace.task.TaskRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a task of each entry of one stream, and acknowledges it only after that. An entry that is
 * read twice makes one task: its id is the idempotency key. Any number of processes share a stream.
 * To be deployed on a virtual thread.
 */
public final class StreamVerticle extends LoopVerticle {
  private static final Logger LOG = LoggerFactory.getLogger(StreamVerticle.class);

  private final StreamSettings of;
  private final TaskQueue queue;
  private final StreamReader reader;
  private final Duration every;
  private final Meters meters;
  private final Outage outage;

  /** Whether entries were read that are not acknowledged. */
  private boolean unfinished;

  /**
   * Who reads what, and how.
   *
   * @param consumer the unique name of this process among all that read
   * @param every pause between looks when there is nothing new
   * @param takeOver an entry that another has held for so long belongs to nobody
   */
  public record Reading(StreamSettings of, String consumer, Duration every, Duration takeOver) {}

  /** Brings what {@code reading} finds in {@code redis} to {@code queue}. */
  public StreamVerticle(Reading reading, RedisGateway redis, TaskQueue queue, Meters meters) {
    this.of = reading.of();
    this.queue = queue;
    this.reader = new StreamReader(redis, of, reading.consumer(), reading.takeOver());
    this.every = reading.every();
    this.outage = new Outage(LOG, "Reading stream " + of.stream());
    this.meters = meters;
  }

  @Override
  public void start() {
    LOG.info("Reads stream {} for handler {}", of.stream(), of.handler());
    super.start();
  }

  @Override
  protected Duration turn() {
    return look() ? Duration.ZERO : every;
  }

  /** Whether there may be more to do at once. */
  private boolean look() {
    try {
      List<Entry> entries = reader.read(unfinished).await();
      unfinished = !entries.isEmpty();
      List<String> done = submitted(entries);
      Void _ = reader.acknowledge(done).await();
      unfinished = done.size() < entries.size();
      if (!unfinished) {
        outage.over();
      }
      return !unfinished && entries.size() == StreamReader.PORTION;
    } catch (Exception e) {
      // An await throws the failure itself, checked ones included; this loop never ends by one.
      outage.on(e);
    }
    return false;
  }

  /** The ids of those entries that need no more care. */
  private List<String> submitted(List<Entry> entries) {
    if (entries.isEmpty()) {
      return List.of();
    }
    List<Submitted> answers = queue.submit(entries.stream().map(this::request).toList()).await();
    List<String> done = new ArrayList<>();
    int made = 0;
    for (int i = 0; i < entries.size(); i++) {
      String id = entries.get(i).id();
      switch (answers.get(i)) {
        case Submitted.Accepted(_, boolean repeated) -> {
          made += repeated ? 0 : 1;
          done.add(id);
        }
        case Submitted.Archived _ -> done.add(id);
        case Submitted.Refused(Problem problem) when problem.retryable() ->
            outage.on(new ProblemException(problem));
        case Submitted.Refused(Problem problem) -> {
          refused(id, problem);
          done.add(id);
        }
      }
    }
    meters.count("millrace_stream_tasks", made, "stream", of.stream());
    return done;
  }

  private TaskRequest request(Entry entry) {
    return new TaskRequest(
        new Scope(Scope.DEFAULT.tenant(), of.project(), Scope.DEFAULT.user()),
        of.handler(),
        input(entry),
        Priority.ofLabel(of.priority()).orElseThrow(),
        new TaskRequest.Start.Now(),
        Optional.of("stream:" + of.stream() + ":" + entry.id()));
  }

  /**
   * A field that is no JSON object is handed on as it is: the task then fails where people look.
   */
  private Payload input(Entry entry) {
    if (of.field().isEmpty()) {
      var fields = new JsonObject();
      entry.fields().forEach(fields::put);
      return new Payload(fields.encode());
    }
    String text = entry.fields().getOrDefault(of.field(), "");
    try {
      return new Payload(new JsonObject(text).encode());
    } catch (DecodeException _) {
      return new Payload(new JsonObject().put(of.field(), text).encode());
    }
  }

  /** It would never become a task. The entry itself stays in the stream, under its id. */
  private void refused(String id, Problem problem) {
    meters.count("millrace_stream_refused", "stream", of.stream());
    LOG.atError()
        .addKeyValue("stream", of.stream())
        .addKeyValue("entry", id)
        .addKeyValue("errorType", problem.type())
        .log("An entry of a stream cannot become a task: {}", problem.detail());
  }
}
