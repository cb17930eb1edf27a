package io.millrace.queue;

import io.millrace.queue.TaskQueue.Depth;
import io.millrace.task.TaskStatus;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the counts that the scripts keep, {@code <handler>:<status>} beside {@code @<tenant>}, and
 * adds up the shards.
 */
final class Depths {
  private Depths() {}

  static Map<String, Depth> read(List<Map<String, String>> shards) {
    var depths = new TreeMap<String, Depth>();
    for (Map<String, String> counts : shards) {
      counts.forEach((field, count) -> {
        int colon = field.indexOf(':');
        if (colon > 0 && !field.startsWith("@")) {
          Depth more = one(field.substring(colon + 1), Long.parseLong(count));
          depths.merge(field.substring(0, colon), more, Depths::sum);
        }
      });
    }
    return depths;
  }

  private static Depth one(String status, long count) {
    return TaskStatus.ofLabel(status)
        .map(of ->
            switch (of) {
              case QUEUED -> new Depth(count, 0, 0, 0);
              case RUNNING -> new Depth(0, count, 0, 0);
              case SCHEDULED -> new Depth(0, 0, count, 0);
              case WAITING -> new Depth(0, 0, 0, count);
              case SUCCEEDED, FAILED, DEAD, CANCELLED -> Depth.NONE;
            })
        .orElse(Depth.NONE);
  }

  private static Depth sum(Depth a, Depth b) {
    return new Depth(
        a.queued() + b.queued(),
        a.running() + b.running(),
        a.scheduled() + b.scheduled(),
        a.waiting() + b.waiting());
  }
}
